import { versions } from "#lib/binder/index.ts";

/** What this is and how it builds, in BinderHub's words: its clients show it. */
export async function GET(): Promise<Response> {
  return Response.json(await versions(), {
    headers: { "access-control-allow-origin": "*", "cache-control": "no-store" },
  });
}
