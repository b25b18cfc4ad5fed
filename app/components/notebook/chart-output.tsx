"use client";
import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import type { FrameItem } from "../../frames/messages.ts";
import { LiveFrame } from "../live/outputs/live-frame.tsx";
import { ChartData } from "./chart-data.tsx";
import { bokehDocument } from "./render/bokeh-document.ts";

interface Props {
  /** Address of what the frame shows. */
  src: string;
  caption: string;
  /** Pixels to reserve. */
  height: number;
  /** Whether its data can be shown beside it. */
  hasData: boolean;
}

const never = () => () => undefined;
const nothing: string[] = [];

async function load(src: string): Promise<FrameItem> {
  const response = await fetch(src);
  if (!response.ok) throw new Error(`${src}: ${response.status}`);
  return response.json();
}

function jsonOf({ kind, content }: FrameItem): string | null {
  return kind === "chart" ? content : (bokehDocument(content)?.json ?? null);
}

/** A published chart whose library the page has. Chart and library are fetched when the reader comes near it. */
export function ChartOutput({ src, caption, height, hasData }: Props) {
  // A frame of the server's answer could have loaded before anybody listens to it.
  const isInBrowser = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  const [isWanted, setWanted] = useState(false);
  const [item, setItem] = useState<FrameItem | null>(null);
  const [isBroken, setBroken] = useState(false);
  const items = useMemo(() => (item ? [item] : []), [item]);
  const json = useMemo(() => item && jsonOf(item), [item]);
  const want = useCallback(() => setWanted(true), []);

  useEffect(() => {
    if (!isWanted) return;
    let isCurrent = true;
    load(src).then(
      (loaded) => {
        if (isCurrent) setItem(loaded);
      },
      (error: unknown) => {
        console.error(error);
        if (isCurrent) setBroken(true);
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [isWanted, src]);

  return (
    <>
      {isInBrowser ? (
        <LiveFrame
          items={items}
          preludes={nothing}
          relay={null}
          title={`Interactive output, ${caption}`}
          height={height}
          isLazy
          onReady={want}
        />
      ) : (
        <div className="chart-room" style={{ height }} />
      )}
      {isBroken && <p className="hint">This chart could not be loaded. Reload the page.</p>}
      {hasData && <ChartData json={json} caption={caption} onOpen={want} />}
    </>
  );
}
