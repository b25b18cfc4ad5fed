"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "react-aria-components";
import type { SessionView } from "#lib/sessions/index.ts";
import { ApiError, send } from "../api.ts";
import { Icon } from "../ui/icons.tsx";
import { Notice } from "../ui/notice.tsx";
import { forkAddress, rememberFork } from "./fork-marker.ts";
import { RunButton } from "./run-button.tsx";

interface Props {
  session: SessionView;
  /** Of the notebook, once it is there. */
  url: string | null;
  isSignedIn: boolean;
  onEnd: () => Promise<unknown>;
}

/** What can be done with a session: open it, keep its changes, end it, start again. */
export function SessionActions({ session, url, isSignedIn, onEnd }: Props) {
  const router = useRouter();
  const [busy, setBusy] = useState<"end" | "save">();
  const [error, setError] = useState<ApiError>();
  const isOver = session.state === "ended" || session.state === "failed";
  const { doi } = session.publication;

  const attempt = async (what: "end" | "save", action: () => Promise<unknown>) => {
    setBusy(what);
    setError(undefined);
    try {
      await action();
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown;
      setError(thrown);
    }
    setBusy(undefined);
  };
  const save = async () => {
    if (!isSignedIn) {
      rememberFork({ session: session.id });
      router.push(`/sign-in?next=${encodeURIComponent(forkAddress({ session: session.id }))}`);
      return;
    }
    const { id } = await send<{ id: string }>("POST", `/api/sessions/${session.id}/save`);
    router.push(`/drafts/${id}`);
  };

  return (
    <div className="mt-5 grid gap-4">
      <div className="flex flex-wrap gap-3">
        {url && (
          <a href={url} className="button button-primary">
            <Icon name="play" />
            Open the notebook
          </a>
        )}
        {url && !session.isFork && (
          <Button
            className="button"
            onPress={() => attempt("save", save)}
            isDisabled={busy === "save"}
          >
            <Icon name="fork" />
            Save as fork
          </Button>
        )}
        {!isOver && (
          <Button
            className="button"
            onPress={() => attempt("end", onEnd)}
            isDisabled={busy === "end"}
          >
            <Icon name="cross" />
            {url ? "End the session" : "Cancel"}
          </Button>
        )}
        {isOver && (session.isFork || doi) && (
          <RunButton
            request={{
              ...(session.isFork ? { fork: session.publication.id } : { doi: doi ?? "" }),
              ...(session.path ? { path: session.path } : {}),
            }}
            title={session.publication.title}
            label="Start again"
          />
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
