"use client";
import { Button } from "react-aria-components";
import { Icon } from "../ui/icons.tsx";
import type { LiveControls } from "./controls.ts";
import type { LiveState } from "./state.ts";
import { useMinutesUntil } from "./time-left.tsx";

/** Below the bar of a live paper: what needs the reader, each with what to do about it. */
export function LiveTroubles({ controls, state }: { controls: LiveControls; state: LiveState }) {
  const { saving, trouble, kernel, endsSoon, session } = state;
  return (
    <>
      {endsSoon && session && <EndsSoon controls={controls} session={session} />}
      {kernel === "gone" && (
        <Line
          tone="bad"
          text="The running code stopped by itself and cannot be started again here."
        >
          <Button
            className="button button-small"
            onPress={() => session && void controls.goOn(session.id)}
          >
            Start it anew
          </Button>
        </Line>
      )}
      {trouble && (
        <Line tone="bad" text={`${trouble.title}. ${trouble.hint}`}>
          <Button
            className="button button-small button-quiet"
            onPress={() => controls.store.set({ trouble: null })}
          >
            Dismiss
          </Button>
        </Line>
      )}
      {saving.state === "failed" && (
        <Line tone="bad" text={`${saving.trouble.title}. ${saving.trouble.hint}`} />
      )}
      {saving.state === "conflict" && (
        <Line tone="warn" text="The same cell was changed here and in JupyterLab.">
          <Button
            className="button button-small"
            onPress={() => void controls.engine?.resolveConflict("mine")}
          >
            Keep what is here
          </Button>
          <Button
            className="button button-small"
            onPress={() => void controls.engine?.resolveConflict("theirs")}
          >
            Take JupyterLab's
          </Button>
        </Line>
      )}
    </>
  );
}

interface EndsSoonProps {
  controls: LiveControls;
  session: NonNullable<LiveState["session"]>;
}

function EndsSoon({ controls, session: { endsAt, endsBecause, canExtend } }: EndsSoonProps) {
  const minutes = useMinutesUntil(endsAt);
  const when = !minutes
    ? "within a minute"
    : minutes === 1
      ? "in a minute"
      : `in ${minutes} minutes`;
  const why = endsBecause === "idle" ? "because nobody uses it" : "because its time is up";
  return (
    <Line tone="warn" text={`This session ends ${when}, ${why}. What you changed is saved.`}>
      {canExtend && (
        <Button className="button button-small" onPress={() => void controls.extend()}>
          Keep it running
        </Button>
      )}
    </Line>
  );
}

interface LineProps {
  tone: "warn" | "bad";
  text: string;
  children?: React.ReactNode;
}

function Line({ tone, text, children }: LineProps) {
  return (
    <div role="alert" className={`live-trouble live-trouble-${tone}`}>
      <div className="wrap live-line">
        <span className="flex items-center gap-2">
          <Icon name="warning" />
          {text}
        </span>
        {children}
      </div>
    </div>
  );
}
