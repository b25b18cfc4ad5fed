import { useCallback, useEffect, useRef, useState } from "react";
import { connectType, type FrameItem, type ToDocument } from "../../../frames/messages.ts";
import { useGrowingFrame } from "../../notebook/use-growing-frame.ts";
import { frameScript } from "./frame-script.ts";
import type { Relay } from "./types.ts";
import { useLibraries } from "./use-libraries.ts";

interface Props {
  items: FrameItem[];
  /** HTML of earlier cells that brings scripts for this one. */
  preludes: string[];
  relay: Pick<Relay, "attach"> | null;
  title: string;
  /** Pixels to reserve until the frame has told its own height. */
  height: number;
  /** Whether to wait until the reader comes near it. */
  isLazy?: boolean;
  /** Called when the frame is there: what it shows may come later. */
  onReady?: () => void;
}

/**
 * Outputs that bring scripts, and controls, in a document of an opaque origin. Neighbouring outputs of a cell share it,
 * so that one may build on what the other has loaded.
 */
export function LiveFrame({
  items,
  preludes,
  relay,
  title,
  height: expected,
  isLazy = false,
  onReady,
}: Props) {
  const frame = useRef<HTMLIFrameElement>(null);
  const { height, tellTheme } = useGrowingFrame(frame, expected);
  const [channel, setChannel] = useState<MessagePort | null>(null);
  const [isBroken, setBroken] = useState(false);
  const hasWidgets = items.some(({ kind }) => kind === "widget");

  const tell = useCallback(
    (message: ToDocument, transfer: Transferable[] = []) => channel?.postMessage(message, transfer),
    [channel],
  );

  const connect = () => {
    tellTheme();
    const { port1, port2 } = new MessageChannel();
    // Its origin is opaque: there is no name to send to, and the channel is the frame's alone.
    frame.current?.contentWindow?.postMessage({ type: connectType }, "*", [port2]);
    setChannel(port1);
    onReady?.();
  };

  useEffect(() => () => channel?.close(), [channel]);
  useLibraries(channel);

  useEffect(() => {
    tell({ type: "show", preludes, items });
  }, [tell, preludes, items]);

  useEffect(() => {
    if (!channel || !hasWidgets) return;
    let isCurrent = true;
    frameScript("widgets").then(
      (script) => {
        if (isCurrent) channel.postMessage({ type: "widgets", script } satisfies ToDocument);
      },
      (error: unknown) => {
        console.error(error);
        if (isCurrent) setBroken(true);
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [channel, hasWidgets]);

  useEffect(() => {
    if (!channel || !hasWidgets) return;
    if (!relay) {
      tell({ type: "relay" });
      return;
    }
    const { port1, port2 } = new MessageChannel();
    tell({ type: "relay" }, [port2]);
    return relay.attach(port1);
  }, [channel, hasWidgets, relay, tell]);

  return (
    <>
      <iframe
        ref={frame}
        className="output-frame"
        src="/frames/output"
        title={title}
        sandbox="allow-scripts"
        loading={isLazy ? "lazy" : "eager"}
        onLoad={connect}
        style={{ height }}
      />
      {isBroken && (
        <p className="hint">The part that shows controls could not be loaded. Reload the page.</p>
      )}
    </>
  );
}
