/** The published client has no types of its own; these are the parts that the tests use. */
declare module "@jupyterhub/binderhub-client/client.js" {
  import type { LaunchEvent } from "./binder.ts";

  export class BinderRepository {
    constructor(
      providerSpec: string,
      buildEndpointUrl: URL,
      options?: { apiToken?: string; buildToken?: string; buildOnly?: boolean },
    );
    fetch(): AsyncIterable<LaunchEvent>;
    close(): void;
  }
}
