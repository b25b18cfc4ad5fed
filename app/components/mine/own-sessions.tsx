"use client";
import Link from "next/link";
import { useState } from "react";
import { Button } from "react-aria-components";
import type { SessionView } from "#lib/sessions/index.ts";
import { ApiError, send } from "../api.ts";
import { ResumeButton } from "../session/resume-button.tsx";
import { downloadAddress } from "../session/use-session.ts";
import { formatBytes } from "../ui/format.ts";
import { Icon, type IconName } from "../ui/icons.tsx";
import { Notice } from "../ui/notice.tsx";
import { Time } from "../ui/time.tsx";

const words: Record<SessionView["state"], { icon: IconName; text: string; tone: string }> = {
  queued: { icon: "clock", text: "waiting", tone: "text-busy" },
  starting: { icon: "turning", text: "starting", tone: "text-busy" },
  ready: { icon: "play", text: "running", tone: "text-good" },
  stopping: { icon: "turning", text: "ending", tone: "text-quiet" },
  ended: { icon: "check", text: "kept", tone: "text-quiet" },
  failed: { icon: "stopped", text: "failed", tone: "text-bad" },
};

const isOver = ({ state }: SessionView) => state === "ended" || state === "failed";

/** A person's sessions: those that live first, then those whose files are kept, each with the way to go on. */
export function OwnSessions({ initial }: { initial: SessionView[] }) {
  const [sessions, setSessions] = useState(initial);
  const [error, setError] = useState<ApiError>();
  const shown = [...sessions.filter((one) => !isOver(one)), ...sessions.filter(isOver)];

  const stop = async (id: string) => {
    setError(undefined);
    try {
      const stopped = await send<SessionView>("DELETE", `/api/sessions/${id}`);
      setSessions((before) => before.map((session) => (session.id === id ? stopped : session)));
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
        {shown.map((session) => (
          <Row key={session.id} session={session} onStop={stop} />
        ))}
      </ul>
    </div>
  );
}

function Row({ session, onStop }: { session: SessionView; onStop: (id: string) => void }) {
  const { id, state, publication, path } = session;
  const { icon, text, tone } = words[state];
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
      <span className={`state w-20 text-sm ${tone}`}>
        <Icon name={icon} />
        {text}
      </span>
      <span className="min-w-0 flex-[1_1_16rem]">
        <Link href={`/session/${id}`} className="font-serif text-[1.0625rem]">
          {publication.title}
        </Link>
        <span className="block text-[0.8125rem] text-quiet [overflow-wrap:anywhere]">
          {path && `${path}. `}
          <Lasts session={session} />
        </span>
      </span>
      <span className="flex flex-wrap gap-2">
        {isOver(session) ? (
          <>
            <ResumeButton id={id} title={publication.title} className="button-small" />
            <a
              href={downloadAddress(id)}
              download
              className="button button-small"
              aria-label={`Download the files of ${publication.title}`}
            >
              Download
            </a>
          </>
        ) : (
          state !== "stopping" && (
            <Button
              className="button button-small"
              aria-label={`Stop the session of ${publication.title}`}
              onPress={() => onStop(id)}
            >
              Stop
            </Button>
          )
        )}
      </span>
    </li>
  );
}

function Lasts({ session }: { session: SessionView }) {
  const { workspace, endsAt, createdAt } = session;
  if (!isOver(session)) {
    if (!endsAt) {
      return (
        <>
          Begun <Time iso={createdAt} withTime />
        </>
      );
    }
    return (
      <>
        Ends <Time iso={endsAt} withTime /> unless used or extended
      </>
    );
  }
  return (
    <>
      {formatBytes(workspace.sizeBytes)} changed
      {workspace.expiresAt && (
        <>
          , kept until <Time iso={workspace.expiresAt} withTime />
        </>
      )}
    </>
  );
}
