"use client";
import Link from "next/link";
import { useState } from "react";
import { Button } from "react-aria-components";
import type { SessionView } from "#lib/sessions/index.ts";
import { ApiError, send } from "../api.ts";
import { Icon, type IconName } from "../ui/icons.tsx";
import { Notice } from "../ui/notice.tsx";
import { Time } from "../ui/time.tsx";

const words: Record<SessionView["state"], { icon: IconName; text: string; tone: string }> = {
  queued: { icon: "clock", text: "waiting", tone: "text-busy" },
  starting: { icon: "turning", text: "starting", tone: "text-busy" },
  ready: { icon: "play", text: "running", tone: "text-good" },
  stopping: { icon: "turning", text: "ending", tone: "text-quiet" },
  ended: { icon: "check", text: "ended", tone: "text-quiet" },
  failed: { icon: "stopped", text: "failed", tone: "text-bad" },
};

/** A person's sessions: those that live first, to open or to end; the last few that are over. */
export function OwnSessions({ initial }: { initial: SessionView[] }) {
  const [sessions, setSessions] = useState(initial);
  const [error, setError] = useState<ApiError>();
  const isOver = ({ state }: SessionView) => state === "ended" || state === "failed";
  const live = sessions.filter((session) => !isOver(session));
  const shown = [...live, ...sessions.filter(isOver).slice(0, 5)];

  const end = async (id: string) => {
    setError(undefined);
    try {
      await send("DELETE", `/api/sessions/${id}`);
      setSessions((before) =>
        before.map((session) => (session.id === id ? { ...session, state: "stopping" } : session)),
      );
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown;
      setError(thrown);
    }
  };

  if (shown.length === 0)
    return <p className="text-quiet">None now. Press Run on a paper to begin one.</p>;
  return (
    <div className="grid gap-4">
      {error && (
        <Notice tone="bad" title={error.message} announce>
          {error.hint && <p>{error.hint}</p>}
        </Notice>
      )}
      <ul className="divide-y divide-rule border-y border-rule">
        {shown.map((session) => {
          const { icon, text, tone } = words[session.state];
          return (
            <li key={session.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2.5">
              <span className={`state w-24 text-sm ${tone}`}>
                <Icon name={icon} />
                {text}
              </span>
              <Link
                href={`/launch/${session.id}`}
                className="min-w-0 flex-[1_1_16rem] font-serif text-[1.0625rem]"
              >
                {session.publication.title}
              </Link>
              <span className="text-[0.8125rem] text-quiet">
                <Time iso={session.createdAt} withTime />
              </span>
              {!isOver(session) && session.state !== "stopping" && (
                <Button
                  className="button button-small"
                  aria-label={`End the session of ${session.publication.title}`}
                  onPress={() => end(session.id)}
                >
                  End
                </Button>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
