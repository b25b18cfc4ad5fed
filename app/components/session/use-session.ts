"use client";
import { useRouter } from "next/navigation";
import { useCallback, useEffect, useState } from "react";
import type { SessionView } from "#lib/sessions/index.ts";
import { ApiError, send } from "../api.ts";
import { forkAddress, rememberFork } from "../launch/fork-marker.ts";
import { useEvents } from "../use-events.ts";

export type Deed = "extend" | "save" | "stop" | "download" | "resume";

/** A session as it is now, and what can be done with it. */
export interface SessionHandle {
  session: SessionView;
  /** What is being done. */
  busy: Deed | null;
  error: ApiError | null;
  refresh: () => Promise<void>;
  extend: () => Promise<void>;
  saveAsFork: () => Promise<void>;
  download: () => Promise<void>;
  stop: () => Promise<void>;
}

/**
 * Follows a session and acts upon it. `saveFirst` has the open notebook save, so that nothing is missing in what is
 * kept, downloaded or forked.
 */
export function useSession(
  initial: SessionView,
  isSignedIn: boolean,
  saveFirst: () => Promise<void>,
): SessionHandle {
  const router = useRouter();
  const [session, setSession] = useState(initial);
  const [busy, setBusy] = useState<Deed | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const path = `/api/sessions/${initial.id}`;
  const isOver = session.state === "ended" || session.state === "failed";
  // The header and other parts that the server made speak of it as running.
  useEffect(() => {
    if (isOver) router.refresh();
  }, [isOver, router]);
  useEvents<SessionView>(isOver ? null : `${path}/events`, { onMessage: setSession });

  const attempt = useCallback(async (what: Deed, action: () => Promise<unknown>) => {
    setBusy(what);
    setError(null);
    try {
      await action();
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown;
      setError(thrown);
    }
    setBusy(null);
  }, []);

  const refresh = useCallback(async () => {
    try {
      setSession(await send<SessionView>("GET", path));
    } catch (thrown) {
      // The portal is away for a moment: what is known goes on to hold.
      if (!(thrown instanceof ApiError)) throw thrown;
    }
  }, [path]);

  return {
    session,
    busy,
    error,
    refresh,
    extend: () =>
      attempt("extend", async () => setSession(await send<SessionView>("POST", `${path}/extend`))),
    saveAsFork: () =>
      attempt("save", async () => {
        await saveFirst();
        if (!isSignedIn) {
          const request = { session: initial.id };
          rememberFork(request);
          router.push(`/sign-in?next=${encodeURIComponent(forkAddress(request))}`);
          return;
        }
        const { id } = await send<{ id: string }>("POST", `${path}/save`);
        router.push(`/drafts/${id}`);
      }),
    download: () =>
      attempt("download", async () => {
        await saveFirst();
        location.assign(downloadAddress(initial.id));
      }),
    stop: () =>
      attempt("stop", async () => {
        await saveFirst();
        setSession(await send<SessionView>("DELETE", path));
      }),
  };
}

/** Where a session's files can be had as a zip. */
export function downloadAddress(id: string): string {
  return `/api/sessions/${id}/workspace?format=zip`;
}
