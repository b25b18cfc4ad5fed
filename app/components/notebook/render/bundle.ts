import type { Library } from "../../../frames/messages.ts";
import { type Chart, chartOf } from "./chart.ts";
import { bokehPart, libraryFor, withoutLibraryTags } from "./library.ts";

export type Bundle = Record<string, unknown>;

/** How one output is shown, with the media type that was chosen for it. */
export type Presentation =
  | { kind: "table" | "latex" | "markdown" | "text"; type: string; text: string }
  /** `library`: what it needs and does not bring. */
  | { kind: "frame"; type: string; text: string; library?: Library }
  | Chart
  | { kind: "image"; type: string; data: string }
  | { kind: "json"; type: string; value: unknown }
  /** `text` stands in where the widget cannot be shown. */
  | { kind: "widget"; type: string; modelId: string; text: string };

export const imageTypes = [
  "image/svg+xml",
  "image/png",
  "image/jpeg",
  "image/webp",
  "image/gif",
] as const;

function text(data: Bundle, type: string): string | undefined {
  const value = Object.hasOwn(data, type) ? data[type] : undefined;
  return typeof value === "string" ? value : undefined;
}

/** Scripts and styles that the HTML wants from elsewhere: its frame has no network. */
export function wantsNetwork(html: string): boolean {
  return /<(?:script|link|iframe|img)[^>]+(?:src|href)\s*=\s*["']?(?:https?:)?\/\//i.test(
    withoutLibraryTags(html),
  );
}

/** Whether an HTML output is only text and tables, so that nothing is lost by sanitising it into the page. */
export function isStaticHtml(html: string): boolean {
  if (html.length > 300_000) return false;
  return (
    /<table[\s>]/i.test(html) &&
    !/<(script|iframe|object|embed|svg|canvas|form|video|audio|link|img|base|meta)[\s>/]/i.test(
      html,
    ) &&
    !/\son[a-z]+\s*=/i.test(html)
  );
}

function image(data: Bundle): Presentation | undefined {
  for (const type of imageTypes) {
    const content = text(data, type);
    if (content) return { kind: "image", type, data: content };
  }
  return undefined;
}

function html(data: Bundle): Presentation | undefined {
  const source = text(data, "text/html");
  if (!source?.trim()) return undefined;
  if (isStaticHtml(source)) return { kind: "table", type: "text/html", text: source };
  return framed("text/html", source, libraryFor(source));
}

function framed(type: string, content: string, library?: Library): Presentation {
  return { kind: "frame", type, text: content, ...(library ? { library } : {}) };
}

const widgetType = "application/vnd.jupyter.widget-view+json";

function widget(data: Bundle): Presentation | undefined {
  const view = Object.hasOwn(data, widgetType) ? data[widgetType] : undefined;
  if (typeof view !== "object" || view === null || !("model_id" in view)) return undefined;
  if (typeof view.model_id !== "string") return undefined;
  const stand = "An interactive control: run the paper to use it.";
  return { kind: "widget", type: widgetType, modelId: view.model_id, text: stand };
}

/**
 * The richest way to show an output that is safe; undefined where the output holds nothing that can be shown. `live`:
 * a kernel stands behind it, so that a control is worth more than what the notebook keeps in its place.
 */
export function present(data: Bundle, { live = false } = {}): Presentation | undefined {
  const picture = image(data);
  const control = widget(data);
  if (live && control && !picture) return control;
  const bokeh = bokehPart(data);
  // Its frame has the library already, and makes the chart's place by itself.
  if (bokeh === "load" || bokeh === "root") return undefined;
  const chart = picture ? undefined : chartOf(data);
  if (chart) return chart;
  const page = html(data);
  // A live chart that needs a library from the network would stay blank where its picture is at hand.
  if (page && !(picture && page.kind === "frame" && wantsNetwork(page.text))) return page;
  const latex = text(data, "text/latex");
  if (latex) return { kind: "latex", type: "text/latex", text: latex };
  const markdown = text(data, "text/markdown");
  if (markdown) return { kind: "markdown", type: "text/markdown", text: markdown };
  if (picture) return picture;
  const plain = text(data, "text/plain");
  if (control) return control;
  const json = Object.entries(data).find(
    ([type]) => type === "application/json" || type === "application/geo+json",
  );
  if (json) return { kind: "json", type: json[0], value: json[1] };
  const script = text(data, "application/javascript") ?? text(data, "text/javascript");
  if (script?.trim()) {
    return framed("application/javascript", script, bokeh === "draw" ? "bokeh" : undefined);
  }
  if (plain !== undefined) return { kind: "text", type: "text/plain", text: plain };
  const other = Object.entries(data).find(([type]) => /[+/]json$/.test(type));
  return other ? { kind: "json", type: other[0], value: other[1] } : undefined;
}
