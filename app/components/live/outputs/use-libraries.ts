import { useEffect } from "react";
import { readNeed, type ToDocument } from "../../../frames/messages.ts";
import { frameScript } from "./frame-script.ts";

/** Hands a frame the chart libraries that it asks for over its channel. */
export function useLibraries(channel: MessagePort | null): void {
  useEffect(() => {
    if (!channel) return;
    const give = (message: ToDocument) => channel.postMessage(message);
    channel.onmessage = ({ data }) => {
      const library = readNeed(data);
      if (library === null) return;
      frameScript(library).then(
        (script) => give({ type: "library", library, script }),
        (error: unknown) => {
          console.error(error);
          give({ type: "library", library, script: null });
        },
      );
    };
    return () => {
      channel.onmessage = null;
    };
  }, [channel]);
}
