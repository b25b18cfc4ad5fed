"use client";
import { useLayoutEffect, useRef } from "react";
import type { LiveControls } from "./controls.ts";
import { nothing } from "./digest.ts";
import type { PublishedCell } from "./live-cell.tsx";
import { LiveOutputs } from "./outputs/live-outputs.tsx";
import type { CellState } from "./state.ts";

interface Props {
  controls: LiveControls;
  name: string;
  cell: PublishedCell;
  state: CellState;
}

/** The published outputs, or the reader's own. What was there keeps its height until the new one is. */
export function CellOutputsView({ controls, cell, state, name }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const isRunning = state.status === "running" || state.status === "queued";
  const showsOwn = state.isOwn && state.showing === "yours";

  const isEmpty = showsOwn ? state.outputs.length === 0 : cell.digest === nothing;

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    if (isRunning) {
      element.style.minHeight = `${element.offsetHeight}px`;
      return;
    }
    let isCurrent = true;
    const pictures = [...element.querySelectorAll("img")];
    // A picture that cannot be decoded has no height to wait for.
    Promise.allSettled(pictures.map((picture) => picture.decode())).then(() => {
      if (isCurrent) element.style.minHeight = "";
    });
    return () => {
      isCurrent = false;
    };
  }, [isRunning]);

  return (
    <div ref={box} className="cell-outputs" hidden={isEmpty && !isRunning}>
      {showsOwn ? (
        <LiveOutputs
          outputs={state.outputs}
          cellId={name}
          relay={controls.engine?.relay ?? null}
          caption={cell.caption}
          running={state.status === "running"}
        />
      ) : (
        cell.outputs
      )}
    </div>
  );
}
