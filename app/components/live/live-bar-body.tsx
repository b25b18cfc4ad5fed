"use client";
import Link from "next/link";
import { useState } from "react";
import { Button } from "react-aria-components";
import { ConfirmButton } from "../ui/confirm-button.tsx";
import { Icon, type IconName } from "../ui/icons.tsx";
import type { LiveControls } from "./controls.ts";
import { useLiveState } from "./live-paper.tsx";
import { LiveTroubles } from "./live-troubles.tsx";
import { LiveWaiting } from "./live-waiting.tsx";
import { SavedState } from "./saved-state.tsx";
import type { LiveState } from "./state.ts";
import { TimeLeft } from "./time-left.tsx";

/** The bar of a paper that runs or is about to. */
export default function LiveBarBody({ controls }: { controls: LiveControls }) {
  const state = useLiveState(controls);
  return (
    <section aria-label="The running paper" className="live-bar">
      <div className="wrap live-line">
        {state.phase === "live" ? (
          <Running controls={controls} state={state} />
        ) : (
          <LiveWaiting controls={controls} state={state} />
        )}
      </div>
      {state.phase === "live" && <LiveTroubles controls={controls} state={state} />}
    </section>
  );
}

function Running({ controls, state }: { controls: LiveControls; state: LiveState }) {
  const [isOpen, setOpen] = useState(false);
  const { session, saving } = state;
  return (
    <>
      <Now state={state} />
      <SavedState saving={saving} />
      <Button
        className="button button-small button-quiet live-more"
        aria-expanded={isOpen}
        aria-controls="live-actions"
        onPress={() => setOpen(!isOpen)}
      >
        <Icon name={isOpen ? "up" : "down"} />
        More
      </Button>
      <div id="live-actions" className="live-actions" data-open={isOpen}>
        {session && <TimeLeft session={session} onExtend={() => void controls.extend()} />}
        <ConfirmButton
          label="Restart"
          title="Restart from nothing?"
          body="What the code has computed so far is forgotten. Your changes and the outputs stay."
          onConfirm={() => void controls.restart()}
          className="button-small button-quiet"
        />
        {session && (
          <Link
            className="button button-small button-quiet"
            href={`/session/${session.id}`}
            onNavigate={(event) => {
              // JupyterLab shall find everything that was written here.
              if (!controls.engine?.hasUnsaved) return;
              event.preventDefault();
              void controls.engine.flush().then(() => location.assign(`/session/${session.id}`));
            }}
          >
            <Icon name="external" />
            Open in JupyterLab
          </Link>
        )}
        <Button className="button button-small button-quiet" onPress={() => void controls.stop()}>
          <Icon name="cross" />
          Stop
        </Button>
      </div>
    </>
  );
}

/** What happens now, in an icon and a few words. */
function Now({ state }: { state: LiveState }) {
  const { icon, tone, words } = nowOf(state);
  return (
    <span className={`state ${tone}`}>
      <Icon name={icon} className={icon === "turning" ? "spin" : ""} />
      {words}
    </span>
  );
}

function nowOf({ line, kernel, round }: LiveState): {
  icon: IconName;
  tone: string;
  words: string;
} {
  if (line === "lost") {
    return { icon: "warning", tone: "text-warn", words: "Connection lost, trying again" };
  }
  if (kernel === "gone") return { icon: "stopped", tone: "text-bad", words: "Stopped by itself" };
  if (kernel === "restarting") return { icon: "turning", tone: "text-busy", words: "Restarting" };
  if (round) {
    const words = round.of === 1 ? "Running" : `Running, ${round.done} of ${round.of} done`;
    return { icon: "turning", tone: "text-busy", words };
  }
  if (kernel === "busy") return { icon: "turning", tone: "text-busy", words: "Running" };
  return { icon: "bolt", tone: "text-good", words: "Live" };
}
