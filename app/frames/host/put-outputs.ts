import katex from "katex";
import type { Output } from "#lib/notebooks/index.ts";
import { itemOf } from "../../components/live/outputs/group.ts";
import { renderAnsi } from "../../components/notebook/render/ansi.ts";
import { present } from "../../components/notebook/render/bundle.ts";
import { katexOptions, texOf } from "../../components/notebook/render/katex.ts";
import type { Library } from "../messages.ts";
import { type ChartLibrary, LibraryMissing } from "./library-shelf.ts";
import { putHtml, putSentence } from "./put-html.ts";
import { putItem } from "./put-item.ts";

/** What shows a widget that stands among the outputs. */
export interface WidgetDisplay {
  display(modelId: string, element: HTMLElement): Promise<boolean>;
}

/** The library that the frame's own script keeps: this one may be another bundle. */
function frameLibrary(name: Library): Promise<ChartLibrary> {
  return globalThis.colophonFrame?.library(name) ?? Promise.reject(new LibraryMissing());
}

const generation = new WeakMap<HTMLElement, number>();

/**
 * Shows outputs in an element of the frame in place of those that it shows. Pictures are decoded first, so that a
 * figure that changes with a slider does not flicker.
 */
export function putOutputs(element: HTMLElement, outputs: Output[], manager: WidgetDisplay): void {
  const own = (generation.get(element) ?? 0) + 1;
  generation.set(element, own);
  const after: (() => void)[] = [];
  const made = outputs.map((output) => make(output, manager, after));
  const pictures = made.flatMap((each) => [...each.querySelectorAll("img")]);
  // A picture that cannot be decoded shows as broken, like any other.
  Promise.allSettled(pictures.map((picture) => picture.decode())).then(() => {
    if (generation.get(element) !== own) return;
    element.replaceChildren(...made);
    for (const run of after) run();
  });
}

function make(output: Output, manager: WidgetDisplay, after: (() => void)[]): HTMLElement {
  const place = document.createElement("div");
  if (output.output_type === "stream") return text(place, output.text);
  if (output.output_type === "error") {
    return text(place, output.traceback.join("\n") || `${output.ename}: ${output.evalue}`);
  }
  const shown = present(output.data, { live: true });
  switch (shown?.kind) {
    case undefined:
      break;
    case "image": {
      const picture = document.createElement("img");
      const encoding = shown.type === "image/svg+xml" ? "charset=utf-8," : "base64,";
      const data = shown.type === "image/svg+xml" ? encodeURIComponent(shown.data) : shown.data;
      picture.src = `data:${shown.type};${encoding}${data}`;
      picture.alt = "Figure";
      place.append(picture);
      break;
    }
    case "table":
      putHtml(place, shown.text);
      break;
    case "frame":
    case "chart":
      after.push(() => putItem(place, itemOf(shown), frameLibrary));
      break;
    case "widget":
      after.push(() => {
        manager.display(shown.modelId, place).catch((error: unknown) => {
          putSentence(place, `This control cannot be shown: ${String(error)}`);
        });
      });
      break;
    case "latex": {
      const tex = texOf(shown.text);
      if (tex === null) return text(place, shown.text);
      // MathML needs no fonts, which a frame could not load.
      place.innerHTML = katex.renderToString(tex, {
        ...katexOptions,
        displayMode: true,
        output: "mathml",
      });
      break;
    }
    case "json":
      return text(place, JSON.stringify(shown.value, null, 2));
    case "markdown":
    case "text":
      return text(place, shown.text);
  }
  return place;
}

function text(place: HTMLElement, content: string): HTMLElement {
  const block = document.createElement("pre");
  block.innerHTML = renderAnsi(content.replace(/\n$/, ""));
  place.append(block);
  return place;
}
