"use client";
import Link from "next/link";
import { useEffect, useState } from "react";
import { Button } from "react-aria-components";
import { whyEnded } from "../session/why-ended.ts";
import { formatClock } from "../ui/format.ts";
import { Icon } from "../ui/icons.tsx";
import { Time } from "../ui/time.tsx";
import type { LiveControls } from "./controls.ts";
import type { LiveState } from "./state.ts";

interface Props {
  controls: LiveControls;
  state: LiveState;
}

/** The bar while there is no running paper: not yet, not any more, or not at all. */
export function LiveWaiting({ controls, state }: Props) {
  if (state.phase === "failed") return <Failed controls={controls} state={state} />;
  if (state.phase === "over") return <Over controls={controls} state={state} />;
  return <Starting controls={controls} state={state} />;
}

function Starting({ controls, state: { session } }: Props) {
  const seconds = useSecondsHere();
  const queue = session?.queue;
  const words = queue
    ? `Waiting for a free place, ${queue.position} of ${queue.length}`
    : (session?.message ?? "Starting");
  return (
    <>
      <span className="state text-busy">
        <Icon name="turning" className="spin" />
        {session?.state === "ready" ? "Starting" : words}
      </span>
      {seconds >= 2 && (
        <>
          <span className="tabular-nums text-quiet">{formatClock(seconds)}</span>
          <span className="text-quiet">The paper stays readable meanwhile.</span>
        </>
      )}
      {seconds >= 2 && session && <Link href={`/launch/${session.id}`}>Details and log</Link>}
      <Button
        className="button button-small button-quiet ml-auto"
        onPress={() => void controls.cancel()}
      >
        <Icon name="cross" />
        Cancel
      </Button>
    </>
  );
}

function useSecondsHere(): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const started = Date.now();
    const timer = setInterval(() => setSeconds((Date.now() - started) / 1000), 1_000);
    return () => clearInterval(timer);
  }, []);
  return seconds;
}

function Failed({ controls, state: { trouble, session } }: Props) {
  return (
    <>
      <p role="alert" className="min-w-0">
        <strong className="text-bad">
          <Icon name="stopped" className="mr-1.5 inline" />
          {trouble?.title}
        </strong>{" "}
        {trouble?.hint}
      </p>
      {session && <Link href={`/launch/${session.id}`}>Details and log</Link>}
      <span className="ml-auto flex gap-2">
        <Button className="button button-small" onPress={() => void controls.start()}>
          Try again
        </Button>
        <Button className="button button-small button-quiet" onPress={() => controls.leave()}>
          Back to the paper
        </Button>
      </span>
    </>
  );
}

function Over({ controls, state: { session } }: Props) {
  const { workspace, id } = session ?? {};
  const isKept = workspace?.state === "kept";
  const why = session && whyEnded(session);
  return (
    <>
      <p role="alert">
        <strong>{why?.title ?? "The session has ended"}.</strong> {why?.text}{" "}
        {isKept && workspace?.expiresAt && (
          <>
            What you changed is kept until <Time iso={workspace.expiresAt} />.
          </>
        )}
      </p>
      <span className="ml-auto flex gap-2">
        {isKept && id && (
          <Button className="button button-small" onPress={() => void controls.resume(id)}>
            <Icon name="play" />
            Resume
          </Button>
        )}
        <Button className="button button-small button-quiet" onPress={() => controls.leave()}>
          Back to the paper
        </Button>
      </span>
    </>
  );
}
