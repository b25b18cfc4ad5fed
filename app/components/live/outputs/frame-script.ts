import type { Library } from "../../../frames/messages.ts";

const addresses: Record<"widgets" | Library, string> = {
  widgets: "/frames/widgets",
  plotly: "/frames/libraries/plotly",
  vega: "/frames/libraries/vega",
  bokeh: "/frames/libraries/bokeh",
};

const fetched = new Map<string, Promise<string>>();

async function load(address: string): Promise<string> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response.text();
}

/**
 * A script for frames, fetched once a page and only when a frame wants it: what shows controls, or a chart library.
 * Frames get it by message, as they have no network.
 */
export function frameScript(name: "widgets" | Library): Promise<string> {
  let script = fetched.get(name);
  if (!script) {
    script = load(addresses[name]).catch((error: unknown) => {
      fetched.delete(name);
      throw error;
    });
    fetched.set(name, script);
  }
  return script;
}
