/** The chart libraries that a page can hand to its frames. */
export const libraries = ["plotly", "vega", "bokeh"] as const;
export type Library = (typeof libraries)[number];

/** One thing that a frame shows. */
export interface FrameItem {
  kind: "html" | "script" | "widget" | "chart";
  /** HTML, JavaScript, the id of a widget's model, or a chart as JSON. */
  content: string;
  /** What must be in the frame before this can be shown. */
  library?: Library;
}

/** What the page tells a frame over its channel. */
export type ToDocument =
  /** `preludes`: HTML of earlier cells that only brings scripts, run once before everything else. */
  | { type: "show"; preludes: string[]; items: FrameItem[] }
  /** The code that shows widgets. */
  | { type: "widgets"; script: string }
  /** The code of a library that the frame has asked for; null where it cannot be had. */
  | { type: "library"; library: Library; script: string | null }
  /** The way to the kernel; the message carries the channel's end. Without one there is no kernel. */
  | { type: "relay" };

/** What a frame may ask its page for. */
export interface FromDocument {
  type: "need";
  library: Library;
}

/** The library that a frame asks for; null for any other message: frames hold strangers' scripts. */
export function readNeed(sent: unknown): Library | null {
  if (typeof sent !== "object" || sent === null) return null;
  if (!("type" in sent) || sent.type !== "need" || !("library" in sent)) return null;
  return libraries.find((name) => name === sent.library) ?? null;
}

/** The page's first message to a frame: it carries the frame's end of their channel. */
export const connectType = "colophon:connect";

/** Sentences that take a widget's place while it cannot be there. */
export const widgetSentences = {
  loading: "Loading the control…",
  noKernel: "Run this cell to use its control.",
  missing: "This control belongs to an earlier run. Run its cell again to use it.",
  ended:
    "The session behind this control has ended or was started anew. Run its cell again to use it.",
};

/** Sentences that take a chart's place. */
export const chartSentences = {
  loading: "Loading the chart…",
  noLibrary: "The part that draws this chart could not be loaded. Reload the page.",
  failed: (reason: string) => `This chart could not be drawn: ${reason}`,
  outside: (address: string) =>
    `Part of this chart is at ${address}. Outputs on this page load nothing from the network, so it is left out.`,
};
