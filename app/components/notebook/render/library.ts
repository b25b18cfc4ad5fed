import type { Library } from "../../../frames/messages.ts";

/** Where HTML says that it wants a library which it does not bring: its frame has no network, but its page has the library. */
const wants: Record<Library, RegExp> = {
  plotly: /\bcdn\.plot\.ly\/plotly-/,
  vega: /\bmaybeLoadScript\("vega"|\bcdn\.jsdelivr\.net\/npm\/vega(?:-lite|-embed)?@/,
  bokeh: /\bcdn\.bokeh\.org\/bokeh\/release\/bokeh-|\bBokeh\.embed\.embed_items/,
};

/** By which a copy of Bokeh that stands in the HTML itself is known. */
const broughtBokeh = /Anaconda, Inc\., and Bokeh Contributors/;

/** The library without which this HTML shows nothing; undefined where it needs none that we have. */
export function libraryFor(html: string): Library | undefined {
  if (broughtBokeh.test(html)) return undefined;
  const found = Object.entries(wants).find(([, pattern]) => pattern.test(html));
  return found?.[0] as Library | undefined;
}

const known =
  /<(?:script|link)\b[^>]{0,300}?\s(?:src|href)\s*=\s*["']?(?:https?:)?\/\/(?:cdn\.plot\.ly\/plotly-|cdn\.jsdelivr\.net\/npm\/vega|cdn\.bokeh\.org\/bokeh\/release\/bokeh-)[^>]{0,500}>(?:\s*<\/script\s*>)?/gi;

/** The HTML without the tags that would load those libraries from elsewhere. */
export function withoutLibraryTags(html: string): string {
  return html.replace(known, "");
}

const loadType = "application/vnd.bokehjs_load.v0+json";
const execType = "application/vnd.bokehjs_exec.v0+json";

/**
 * What an output of `bokeh.io` is for: `load` brings the library, or tells that it comes; `root` is an empty place of
 * a chart; `draw` is the script that fills it. Each comes as an output of its own.
 */
export function bokehPart(data: Record<string, unknown>): "load" | "root" | "draw" | null {
  if (Object.hasOwn(data, loadType)) return "load";
  if (Object.hasOwn(data, execType)) return "draw";
  const html = data["text/html"];
  if (typeof html !== "string" || html.length > 10_000) return null;
  if (/class="bk-notebook-logo"/.test(html) && /Loading BokehJS/.test(html)) return "load";
  return /^\s*<div\b[^>]*\sdata-root-id="[^"]*"[^>]*>\s*<\/div>\s*$/.test(html) ? "root" : null;
}
