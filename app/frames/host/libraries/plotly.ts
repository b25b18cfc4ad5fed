import { chartSentences } from "../../messages.ts";
import { putSentence } from "../put-html.ts";

/** As much of plotly.js as is used here. Its own file stands before this one and makes the global. */
interface PlotlyJs {
  newPlot(element: HTMLElement, figure: object): Promise<unknown>;
}

declare global {
  var Plotly: PlotlyJs;
}

interface Figure {
  data?: object[] | null;
  layout?: Record<string, unknown> | null;
  config?: Record<string, unknown> | null;
  frames?: object[] | null;
}

/** The author's wishes, without the buttons that save a file: a frame may not, and they would do nothing. */
function configOf(config: Figure["config"]): Record<string, unknown> {
  const removed = config?.modeBarButtonsToRemove;
  return {
    responsive: true,
    displaylogo: false,
    ...config,
    modeBarButtonsToRemove: [...(Array.isArray(removed) ? removed : []), "toImage"],
  };
}

globalThis.colophonFrame?.addLibrary("plotly", {
  async draw(element, json) {
    const { data, layout, config, frames }: Figure = JSON.parse(json);
    try {
      await globalThis.Plotly.newPlot(element, {
        data: data ?? [],
        layout: layout ?? {},
        frames: frames ?? [],
        config: configOf(config),
      });
    } catch (error) {
      // Maps fetch the outlines of countries and seas; all else of them is drawn by now.
      if (!layout?.geo && !/topojson/i.test(String(error))) throw error;
      const note = document.createElement("div");
      putSentence(note, chartSentences.outside("cdn.plot.ly"));
      element.after(note);
    }
  },
});
