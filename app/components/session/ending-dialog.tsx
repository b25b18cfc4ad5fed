"use client";
import { Button } from "react-aria-components";
import { AskingDialog } from "./asking-dialog.tsx";
import type { LabState } from "./lab-messages.ts";
import { formatClockTime, formatLeft } from "./time-left.ts";
import type { SessionHandle } from "./use-session.ts";

interface Props {
  handle: SessionHandle;
  lab: LabState | null;
  secondsLeft: number;
  isOpen: boolean;
  onDismiss: () => void;
}

/** Warns that a session is about to end: why, what that means, and how to go on. Nothing is lost either way. */
export function EndingDialog({ handle, lab, secondsLeft, isOpen, onDismiss }: Props) {
  const { session, extend, saveAsFork, busy } = handle;
  const { canExtend, endsBecause, isFork } = session;
  return (
    <AskingDialog
      isOpen={isOpen}
      onClose={onDismiss}
      title={
        endsBecause === "idle" ? "Are you still there?" : "The time of this session is nearly up"
      }
      actions={
        <>
          {!isFork && (
            <Button className="button" onPress={saveAsFork} isDisabled={busy === "save"}>
              Save as fork
            </Button>
          )}
          <Button className="button" onPress={onDismiss} autoFocus={!canExtend}>
            {canExtend ? "Let it end" : "Close"}
          </Button>
          {canExtend && (
            <Button
              className="button button-primary"
              onPress={extend}
              isDisabled={busy === "extend"}
              autoFocus
            >
              Keep going
            </Button>
          )}
        </>
      }
    >
      <p>
        {endsBecause === "idle"
          ? "Nobody has used this session for a while. It ends in "
          : "It ends in "}
        <strong className="tabular-nums">{formatLeft(secondsLeft)}</strong>
        {canExtend ? " unless you keep it going." : " and cannot be given more time."}
      </p>
      <p>
        {savedWords(lab)} Afterwards you can resume it where the files are now; only what is in the
        memory of running code is not kept.
      </p>
    </AskingDialog>
  );
}

function savedWords(lab: LabState | null): string {
  if (lab?.dirty) return "What you changed is being saved.";
  if (lab?.savedAt)
    return `Nothing is lost: everything was saved at ${formatClockTime(lab.savedAt)}.`;
  return "Nothing is lost: what you saved is kept.";
}
