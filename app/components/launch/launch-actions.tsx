"use client";
import { useState } from "react";
import { Button } from "react-aria-components";
import type { SessionView } from "#lib/sessions/index.ts";
import { ApiError } from "../api.ts";
import { ResumeButton } from "../session/resume-button.tsx";
import { Icon } from "../ui/icons.tsx";
import { Notice } from "../ui/notice.tsx";
import { RunButton } from "./run-button.tsx";
import { sameAgain } from "./same-again.ts";

interface Props {
  session: SessionView;
  onEnd: () => Promise<unknown>;
}

/** What can be done with a launch: cancel it, or begin it again. */
export function LaunchActions({ session, onEnd }: Props) {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();
  const isOver = session.state === "ended" || session.state === "failed";
  const { doi, title } = session.publication;

  const end = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await onEnd();
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown;
      setError(thrown);
    }
    setBusy(false);
  };

  return (
    <div className="mt-5 grid gap-4">
      <div className="flex flex-wrap gap-3">
        {!isOver && (
          <Button className="button" onPress={end} isDisabled={isBusy}>
            <Icon name="cross" />
            Cancel
          </Button>
        )}
        {isOver && session.workspace.state === "kept" && (
          <ResumeButton id={session.id} title={title} label="Start again" />
        )}
        {isOver && session.workspace.state === "gone" && doi && (
          <RunButton request={sameAgain(session, doi)} title={title} label="Start again" />
        )}
      </div>
      {error && (
        <Notice tone="bad" title={error.message} announce>
          {error.hint && <p>{error.hint}</p>}
        </Notice>
      )}
    </div>
  );
}
