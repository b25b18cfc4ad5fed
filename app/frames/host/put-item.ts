import { withoutLibraryTags } from "../../components/notebook/render/library.ts";
import { chartSentences, type FrameItem, type Library } from "../messages.ts";
import { type ChartLibrary, isMissing } from "./library-shelf.ts";
import { putHtml, putSentence, runScript } from "./put-html.ts";

type Get = (name: Library) => Promise<ChartLibrary>;

/** Shows HTML, a script or a chart in an element: at once, or when the library that it needs has come. */
export function putItem(element: HTMLElement, item: FrameItem, get: Get): void {
  if (item.library === undefined) {
    put(element, item);
    return;
  }
  putSentence(element, chartSentences.loading);
  putWith(element, item, get(item.library)).catch((error: unknown) => {
    console.error(error);
    const reason = error instanceof Error ? error.message : String(error);
    putSentence(
      element,
      isMissing(error) ? chartSentences.noLibrary : chartSentences.failed(reason),
    );
  });
}

async function putWith(
  element: HTMLElement,
  item: FrameItem,
  coming: Promise<ChartLibrary>,
): Promise<void> {
  const library = await coming;
  element.replaceChildren();
  if (item.kind === "chart") {
    const sheet = document.createElement("div");
    sheet.className = "colophon-chart";
    element.append(sheet);
    await library.draw?.(sheet, item.content);
    return;
  }
  library.prepare?.(element, item.content);
  put(element, { ...item, content: withoutLibraryTags(item.content) });
}

function put(element: HTMLElement, { kind, content }: FrameItem): void {
  if (kind === "html") putHtml(element, content);
  else runScript(element, content);
}
