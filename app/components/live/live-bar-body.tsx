"use client";
import Link from "next/link";
import { Button } from "react-aria-components";
import { ConfirmButton } from "../ui/confirm-button.tsx";
import { Icon } from "../ui/icons.tsx";
import type { LiveControls } from "./controls.ts";
import { useLiveState } from "./live-paper.tsx";
import { SavedState } from "./saved-state.tsx";

/** The bar of a paper that runs or is about to. */
export default function LiveBarBody({ controls }: { controls: LiveControls }) {
  const state = useLiveState(controls);
  const { phase, session } = state;
  return (
    <section aria-label="The running paper" className="live-bar">
      <div className="wrap flex flex-wrap items-center gap-x-3 gap-y-1 py-1.5 text-[0.8125rem]">
        {phase === "live" ? (
          <>
            <Running controls={controls} />
            <SavedState saving={state.saving} controls={controls} />
            <span className="ml-auto flex flex-wrap items-center gap-1">
              {session && (
                <a className="button button-small button-quiet" href={`/session/${session.id}`}>
                  <Icon name="external" />
                  Open in JupyterLab
                </a>
              )}
              <Button
                className="button button-small button-quiet"
                onPress={() => void controls.stop()}
              >
                <Icon name="cross" />
                Stop
              </Button>
            </span>
          </>
        ) : (
          <Waiting controls={controls} />
        )}
      </div>
    </section>
  );
}

function Running({ controls }: { controls: LiveControls }) {
  const { kernel, line, round } = useLiveState(controls);
  const isBusy = round !== null || kernel === "busy";
  return (
    <>
      <ConfirmButton
        label="Restart"
        title="Restart from nothing?"
        body="What the code has computed so far is forgotten. Your changes and the outputs stay."
        onConfirm={() => void controls.restart()}
        className="button-small button-quiet"
      />
      <span
        className={`state ${line === "lost" ? "text-warn" : isBusy ? "text-busy" : "text-good"}`}
      >
        <Icon
          name={line === "lost" ? "warning" : isBusy ? "turning" : "check"}
          className={isBusy && line === "open" ? "spin" : ""}
        />
        {line === "lost"
          ? "Connection lost, trying again"
          : round
            ? `Running, ${round.done} of ${round.of} cells done`
            : isBusy
              ? "Running"
              : "Live"}
      </span>
    </>
  );
}

function Waiting({ controls }: { controls: LiveControls }) {
  const { phase, session, trouble } = useLiveState(controls);
  if (phase === "failed") {
    return (
      <p role="alert" className="text-bad">
        <strong>{trouble?.title}</strong> <span className="text-ink">{trouble?.hint}</span>
      </p>
    );
  }
  if (phase === "over") return <p>The session has ended. {session?.message}.</p>;
  return (
    <>
      <span className="state text-busy">
        <Icon name="turning" className="spin" />
        {session ? session.message : "Starting"}
      </span>
      {session && <Link href={`/launch/${session.id}`}>Details and log</Link>}
      <Button
        className="button button-small button-quiet ml-auto"
        onPress={() => void controls.stop().then(() => controls.leave())}
      >
        Cancel
      </Button>
    </>
  );
}
