"use client";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useCallback, useEffect, useState } from "react";
import type { BuildView } from "#lib/environments/index.ts";
import type { SessionView } from "#lib/sessions/index.ts";
import { send } from "../api.ts";
import { formatRoughly } from "../ui/format.ts";
import { Notice } from "../ui/notice.tsx";
import { useEvents } from "../use-events.ts";
import { BuildLog } from "./build-log.tsx";
import { LaunchActions } from "./launch-actions.tsx";
import { PhaseList } from "./phase-list.tsx";
import { phaseOf } from "./phases.ts";

interface Props {
  initial: SessionView;
  /** Seconds that a build usually takes here; null where none was measured. */
  usualBuild: number | null;
}

/** A session from the click to the notebook: what happens now, for how long, and what to do when it fails. */
export function Launch({ initial, usualBuild }: Props) {
  const [session, setSession] = useState(initial);
  const [build, setBuild] = useState<BuildView>();
  const [log, setLog] = useState("");
  const seconds = useSeconds(session);
  const isOver = session.state === "ended" || session.state === "failed";

  useEvents<SessionView>(isOver ? null : `/api/sessions/${initial.id}/events`, {
    onMessage: setSession,
  });
  // Its end comes last, after its whole log.
  const isBuildOver = build && ["built", "failed", "cancelled"].includes(build.state);
  const follow = isBuildOver ? null : session.buildId;
  useEvents<BuildView>(follow ? `/api/builds/${follow}/events` : null, {
    onMessage: setBuild,
    named: {
      log: (data) => {
        const text = logText(data);
        setLog((before) => before + text);
      },
    },
  });

  const router = useRouter();
  const isReady = session.state === "ready";
  // In this page's place, so that Back leads to the paper.
  useEffect(() => {
    if (isReady) router.replace(`/session/${initial.id}`);
  }, [isReady, initial.id, router]);

  const end = useCallback(() => send("DELETE", `/api/sessions/${initial.id}`), [initial.id]);
  const phase = phaseOf(session, build?.state ?? null);
  const buildFailed = build?.state === "failed";
  const outcome = outcomeOf(session);

  return (
    <>
      <PhaseList current={phase} outcome={outcome} seconds={seconds} isBuilt={!session.buildId} />
      <p className="mt-4 min-h-6 text-quiet">
        {isReady && "Opening the notebook"}
        {!isOver && !isReady && [session.message, ...progressOf(build, usualBuild)].join(". ")}
      </p>
      <p className="sr-only" aria-live="polite">
        {isOver ? "The session has ended" : phase}
      </p>
      {session.state === "failed" && (
        <Notice
          tone="bad"
          title={
            build?.failure?.cause ?? session.failure?.message ?? "The session could not be started"
          }
          announce
        >
          <p>{build?.failure?.hint ?? session.failure?.hint ?? "Try again."}</p>
          {!session.buildId && session.failure?.log && (
            <pre className="max-h-64 overflow-auto whitespace-pre-wrap font-mono text-[0.75rem]">
              {session.failure.log}
            </pre>
          )}
        </Notice>
      )}
      {session.state === "ended" && (
        <Notice tone="plain" title="This session has ended">
          <p>{session.message}.</p>
        </Notice>
      )}
      <LaunchActions session={session} onEnd={end} />
      {session.buildId && (
        <BuildLog text={log} rawUrl={`/api/builds/${session.buildId}/log`} open={buildFailed} />
      )}
      <p className="mt-8">
        <Link href={`/p/${session.publication.slug}`}>
          Back to the {session.isFork ? "draft" : "paper"}
        </Link>
      </p>
    </>
  );
}

/** How far a build is, in sentences without their full stops. Instructions of the image's recipe stay in the log. */
function progressOf(build: BuildView | undefined, usual: number | null): string[] {
  if (build?.state !== "building") return [];
  const { phase, stepIndex, stepTotal } = build;
  const words = phase && !/^[A-Z]{3,} /.test(phase) ? [phase] : [];
  const steps = stepTotal ? [`Step ${stepIndex ?? 0} of ${stepTotal}`] : [];
  const time = usual === null ? [] : [`Usually ${formatRoughly(usual)}, and only the first time`];
  return [...words, ...steps, ...time];
}

function outcomeOf({ state, readyAt }: SessionView) {
  if (state === "failed") return "failed";
  if (readyAt) return "done";
  return state === "ended" || state === "stopping" ? "stopped" : "under way";
}

function logText(data: unknown): string {
  return typeof data === "object" &&
    data !== null &&
    "text" in data &&
    typeof data.text === "string"
    ? data.text
    : "";
}

/** Seconds since the launch was asked for, until it is there. Zero in what the server sends, so that both agree. */
function useSeconds({ createdAt, readyAt, endedAt }: SessionView): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const until = readyAt ?? endedAt;
    const tick = () =>
      setSeconds(((until ? Date.parse(until) : Date.now()) - Date.parse(createdAt)) / 1000);
    tick();
    if (until) return;
    const timer = setInterval(tick, 1_000);
    return () => clearInterval(timer);
  }, [createdAt, readyAt, endedAt]);
  return seconds;
}
