"use client";
import { lazy, Suspense, useEffect, useState } from "react";
import { Button } from "react-aria-components";
import type { SessionView } from "#lib/sessions/index.ts";
import { Icon } from "../ui/icons.tsx";
import { isOver } from "./begin.ts";
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
  const [session, setSession] = useState<SessionView | null>(null);
  useEffect(() => {
    let isCurrent = true;
    controls.recall().then(
      (found) => isCurrent && setSession(found),
      // An offer that cannot be made is none.
      () => undefined,
    );
    return () => {
      isCurrent = false;
    };
  }, [controls]);
  if (!session) return null;
  const over = isOver(session);
  return (
    <section aria-label="Your earlier run" className="live-bar">
      <div className="wrap live-line">
        <span>
          {over
            ? "What you changed in this paper is still kept."
            : "You have this paper running already."}
        </span>
        <span className="ml-auto flex gap-2">
          <Button
            className="button button-small"
            onPress={() => void (over ? controls.resume(session.id) : controls.goOn(session.id))}
          >
            <Icon name="play" />
            Go on where you were
          </Button>
          <Button
            className="button button-small button-quiet"
            onPress={() => {
              controls.forget();
              setSession(null);
            }}
          >
            Dismiss
          </Button>
        </span>
      </div>
    </section>
  );
}
