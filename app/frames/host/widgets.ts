import type { ToFrame } from "../../components/live/outputs/relay-messages.ts";
import { widgetSentences } from "../messages.ts";
import { FrameManager } from "./frame-manager.ts";
import { putSentence } from "./put-html.ts";

// The bundle of widgets: loaded into a frame only when it has one to show.
let manager = new FrameManager();
/** Places of widgets → the model that each shows. */
const places = new Map<HTMLElement, string>();

/** Puts a widget's view into its place, or a sentence that says why it cannot be there. */
async function fill(element: HTMLElement, modelId: string): Promise<void> {
  putSentence(element, widgetSentences.loading);
  const shown = await manager.display(modelId, element);
  if (!shown && places.get(element) === modelId) putSentence(element, widgetSentences.missing);
}

function show(modelId: string, element: HTMLElement): void {
  places.set(element, modelId);
  fill(element, modelId).catch((error: unknown) => {
    console.error(error);
    putSentence(element, `This control cannot be shown: ${String(error)}`);
  });
}

function end(): void {
  for (const element of places.keys()) {
    element.inert = true;
    const note = document.createElement("div");
    putSentence(note, widgetSentences.ended);
    element.before(note);
  }
  places.clear();
  manager.leave();
  manager = new FrameManager();
}

function useRelay(port: MessagePort | null): void {
  if (!port) {
    for (const element of places.keys()) putSentence(element, widgetSentences.noKernel);
    return;
  }
  manager.connect(port);
  port.onmessage = ({ data }: MessageEvent<ToFrame>) => {
    if (data.kind === "ended") {
      end();
      manager.connect(port);
    } else manager.hear(data);
  };
}

globalThis.colophonFrame?.useWidgets(show, useRelay);
