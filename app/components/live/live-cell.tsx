"use client";
import { lazy, Suspense, useEffect, useSyncExternalStore } from "react";
import type { LiveControls } from "./controls.ts";
import { useLiveControls } from "./live-paper.tsx";

const Body = lazy(() => import("./live-cell-body.tsx"));

/** A code cell as it was published, in the parts that a live one replaces. */
export interface PublishedCell {
  /** Place among all cells of the notebook. */
  index: number;
  /** Its id in the file; null where its format knows none. */
  id: string | null;
  /** What it is called to screen readers. */
  name: string;
  /** For what it shows: "code cell 3, under “Separating the rise”". */
  caption: string;
  hidesCode: boolean;
  isParameters: boolean;
  /** What its published outputs were, in short, to be compared with. */
  digest: string;
  /** Its code as printed; null where it has none. */
  code: React.ReactNode;
  outputs: React.ReactNode;
}

const noSubscription = () => () => undefined;

function useIsLive(controls: LiveControls | null, key: string): boolean {
  const subscribe = controls
    ? (listener: () => void) => controls.store.subscribeCell(key, listener)
    : noSubscription;
  return useSyncExternalStore(
    subscribe,
    () => controls?.store.cell(key) !== undefined,
    () => false,
  );
}

/** A code cell: print, until its paper is live. */
export function LiveCell(cell: PublishedCell) {
  const controls = useLiveControls();
  const { index, id } = cell;
  const key = `cell-${index + 1}`;
  useEffect(() => controls?.register({ key, index, id }), [controls, key, index, id]);
  const isLive = useIsLive(controls, key);
  const print = <Print cell={cell} />;
  if (!controls || !isLive) return print;
  return (
    <Suspense fallback={print}>
      <Body controls={controls} name={key} cell={cell} />
    </Suspense>
  );
}

function Print({ cell: { index, name, hidesCode, code, outputs } }: { cell: PublishedCell }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    <div id={`cell-${index + 1}`} className="cell cell-code" role="group" aria-label={name}>
      {code &&
        (hidesCode ? (
          <details className="output-fold">
            <summary>Show the code</summary>
            {code}
          </details>
        ) : (
          code
        ))}
      {outputs}
    </div>
  );
}
