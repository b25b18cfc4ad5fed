"use client";
import { lazy, Suspense } from "react";
import { useLiveControls, useLiveState } from "./live-paper.tsx";

const Body = lazy(() => import("./live-bar-body.tsx"));

/** A second line of the bar while the paper runs: how far it is, and what can be done. */
export function LiveBar() {
  const controls = useLiveControls();
  return controls && <Line controls={controls} />;
}

function Line({ controls }: { controls: NonNullable<ReturnType<typeof useLiveControls>> }) {
  const { phase, said } = useLiveState(controls);
  return (
    <>
      <p className="sr-only" role="status">
        {said}
      </p>
      {phase !== "paper" && (
        <Suspense>
          <Body controls={controls} />
        </Suspense>
      )}
    </>
  );
}
