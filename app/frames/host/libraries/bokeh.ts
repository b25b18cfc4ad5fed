import { chartSentences } from "../../messages.ts";
import { putSentence } from "../put-html.ts";
import { bokehRoots, bokehTrouble } from "./bokeh-script.ts";

/** As much of BokehJS as is used here. Its own files stand before this one and make the global. */
interface BokehJs {
  version: string;
}

declare global {
  var Bokeh: BokehJs;
}

let last: HTMLElement | undefined;

// What an output's own script starts is awaited by nobody.
addEventListener("unhandledrejection", ({ reason }) => {
  if (!last) return;
  const note = document.createElement("div");
  putSentence(note, chartSentences.failed(reason instanceof Error ? reason.message : `${reason}`));
  last.append(note);
});

globalThis.colophonFrame?.addLibrary("bokeh", {
  prepare(element, content) {
    const trouble = bokehTrouble(content, globalThis.Bokeh.version);
    if (trouble) throw new Error(trouble);
    last = element;
    if (content.includes("data-root-id")) return;
    for (const id of bokehRoots(content)) {
      if (document.getElementById(id)) continue;
      const place = Object.assign(document.createElement("div"), { id });
      place.style.display = "contents";
      element.append(place);
    }
  },
});
