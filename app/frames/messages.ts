/** One thing that a frame shows. */
export interface FrameItem {
  kind: "html" | "script" | "widget";
  /** HTML, JavaScript, or the id of a widget's model. */
  content: string;
}

/** What the page tells a frame over its channel. */
export type ToDocument =
  /** `preludes`: HTML of earlier cells that only brings scripts, run once before everything else. */
  | { type: "show"; preludes: string[]; items: FrameItem[] }
  /** The code that shows widgets. */
  | { type: "widgets"; script: string }
  /** The way to the kernel; the message carries the channel's end. Without one there is no kernel. */
  | { type: "relay" };

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
