import { connectType, type ToDocument } from "../messages.ts";
import { type ShowWidget, Stage } from "./stage.ts";

/** What the bundle of widgets finds here and fills in. */
export interface FrameHost {
  useWidgets(show: ShowWidget, useRelay: (port: MessagePort | null) => void): void;
}

declare global {
  var colophonFrame: FrameHost | undefined;
}

// The frame's own script: shows what the page says, over a channel that only the page has the other end of.
let stage: Stage | undefined;
let relay: MessagePort | null | undefined;
let useRelay: ((port: MessagePort | null) => void) | undefined;

globalThis.colophonFrame = {
  useWidgets(show, use) {
    useRelay = use;
    if (relay !== undefined) use(relay);
    stage?.useWidgets(show);
  },
};

function hear(message: ToDocument, port: MessagePort | null): void {
  stage ??= new Stage(document.body);
  switch (message.type) {
    case "show":
      stage.show(message.preludes, message.items);
      break;
    case "widgets": {
      const script = document.createElement("script");
      script.textContent = message.script;
      document.head.append(script);
      break;
    }
    case "relay":
      relay = port;
      useRelay?.(port);
      break;
  }
}

addEventListener("message", (event) => {
  if (event.source !== parent || event.data?.type !== connectType) return;
  const [port] = event.ports;
  if (port) port.onmessage = ({ data, ports }) => hear(data, ports[0] ?? null);
});
