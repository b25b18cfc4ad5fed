"use client";
import { useMemo, useSyncExternalStore } from "react";
import type { FrameItem } from "../../frames/messages.ts";
import { LiveFrame } from "../live/outputs/live-frame.tsx";
import { savedRelay } from "../live/outputs/saved-relay.ts";

interface Props {
  /** Address of the notebook's saved states. */
  states: string;
  modelId: string;
  caption: string;
  /** Pixels to reserve. */
  height: number;
}

const never = () => () => undefined;
const nothing: string[] = [];

/** A control as the notebook was saved with it: it shows what it held, and no code stands behind it. */
export function SavedControl({ states, modelId, caption, height }: Props) {
  // A frame of the server's answer could have loaded before anybody listens to it.
  const isInBrowser = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  const items = useMemo<FrameItem[]>(() => [{ kind: "widget", content: modelId }], [modelId]);
  const relay = useMemo(() => savedRelay(states), [states]);
  return (
    <>
      {isInBrowser ? (
        <LiveFrame
          items={items}
          preludes={nothing}
          relay={relay}
          title={`Saved controls, ${caption}`}
          height={height}
          isLazy
        />
      ) : (
        <div style={{ height }} />
      )}
      <p className="hint">An interactive control as it was saved: run the paper to use it.</p>
    </>
  );
}
