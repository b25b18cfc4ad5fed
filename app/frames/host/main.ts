import { connectType, type FromDocument, type Library, type ToDocument } from "../messages.ts";
import { type ChartLibrary, LibraryShelf } from "./library-shelf.ts";
import { type ShowWidget, Stage } from "./stage.ts";

/** What the bundles of widgets and of libraries find here and fill in. */
export interface FrameHost {
  addLibrary(name: Library, library: ChartLibrary): void;
  library(name: Library): Promise<ChartLibrary>;
  useWidgets(show: ShowWidget, useRelay: (port: MessagePort | null) => void): void;
}

declare global {
  var colophonFrame: FrameHost | undefined;
}

// The frame's own script: shows what the page says, over a channel that only the page has the other end of.
let stage: Stage | undefined;
let relay: MessagePort | null | undefined;
let useRelay: ((port: MessagePort | null) => void) | undefined;
let page: MessagePort | undefined;
const libraries = new LibraryShelf((library) =>
  page?.postMessage({ type: "need", library } satisfies FromDocument),
);

globalThis.colophonFrame = {
  addLibrary: (name, library) => libraries.add(name, library),
  library: (name) => libraries.get(name),
  useWidgets(show, use) {
    useRelay = use;
    if (relay !== undefined) use(relay);
    stage?.useWidgets(show);
  },
};

function hear(message: ToDocument, port: MessagePort | null): void {
  stage ??= new Stage(document.body, libraries);
  switch (message.type) {
    case "show":
      stage.show(message.preludes, message.items);
      break;
    case "widgets":
      run(message.script);
      break;
    case "library":
      if (message.script !== null) run(message.script);
      // What could not be had, or has failed to start.
      libraries.lack(message.library);
      break;
    case "relay":
      relay = port;
      useRelay?.(port);
      break;
  }
}

function run(code: string): void {
  const script = document.createElement("script");
  script.textContent = code;
  document.head.append(script);
}

addEventListener("message", (event) => {
  if (event.source !== parent || event.data?.type !== connectType) return;
  const [port] = event.ports;
  if (!port) return;
  page = port;
  port.onmessage = ({ data, ports }) => hear(data, ports[0] ?? null);
});
