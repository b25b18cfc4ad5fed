import type { SavedWidget } from "#lib/notebooks/index.ts";
import type { ToFrame } from "./relay-messages.ts";
import type { Relay } from "./types.ts";
import { WidgetStore } from "./widget-store.ts";

/** Stands where a kernel's relay would: tells frames the states at `url`, and hears nothing. */
export function savedRelay(url: string): Pick<Relay, "attach"> {
  let states: ReturnType<typeof load> | undefined;
  return {
    attach(port) {
      states ??= load(url);
      states.then(
        (models) => port.postMessage({ kind: "models", models, complete: true } satisfies ToFrame),
        (error: unknown) => {
          console.error(error);
          states = undefined;
          port.postMessage({ kind: "models", models: [], complete: true } satisfies ToFrame);
        },
      );
      return () => port.close();
    },
  };
}

async function load(url: string): Promise<ReturnType<WidgetStore["all"]>> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`saved controls: ${response.status}`);
  const store = new WidgetStore();
  for (const [id, widget] of Object.entries<SavedWidget>(await response.json())) {
    const { state, buffers } = widget;
    const parts = buffers.map(({ data }) => Uint8Array.from(atob(data), (c) => c.charCodeAt(0)));
    store.open(id, { state, buffer_paths: buffers.map(({ path }) => path) }, parts);
  }
  return store.all();
}
