"use client";
import Link from "next/link";
import { lazy, Suspense } from "react";
import { Button } from "react-aria-components";
import { Icon } from "../ui/icons.tsx";
import type { LiveControls } from "./controls.ts";
import { useLiveControls, useLiveState } from "./live-paper.tsx";

const Body = lazy(() => import("./live-bar-body.tsx"));

/** A second line of the bar while the paper runs: how far it is, and what can be done. */
export function LiveBar() {
  const controls = useLiveControls();
  return controls && <Line controls={controls} />;
}

function Line({ controls }: { controls: LiveControls }) {
  const { phase, said } = useLiveState(controls);
  return (
    <>
      <p className="sr-only" role="status">
        {said}
      </p>
      {phase === "paper" ? (
        <Offer controls={controls} />
      ) : (
        <Suspense>
          <Body controls={controls} />
        </Suspense>
      )}
    </>
  );
}

/** To who comes back: the session that they left, one click away. It is never gone on with unasked. */
function Offer({ controls }: { controls: LiveControls }) {
  const { earlier } = controls.paper;
  if (!earlier) return null;
  const { id, isOver } = earlier;
  return (
    <section aria-label="Your earlier run" className="live-bar">
      <div className="wrap live-line">
        <span>
          {isOver
            ? "What you changed in this paper is still kept."
            : "You have this paper running already."}
        </span>
        <Link href={`/session/${id}`}>{isOver ? "What was in it" : "Open in JupyterLab"}</Link>
        <Button
          className="button button-small ml-auto"
          onPress={() => void (isOver ? controls.resume(id) : controls.goOn(id))}
        >
          <Icon name="play" />
          Go on where you were
        </Button>
      </div>
    </section>
  );
}
