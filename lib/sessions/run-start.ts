import { config } from "#lib/config.ts";
import { db, type Session } from "#lib/db/index.ts";
import { getBuild, requestBuild, usableImage } from "#lib/environments/index.ts";
import { asDiskFull, ColophonError, isColophonError } from "#lib/errors.ts";
import { changes, publishEvent } from "#lib/events/index.ts";
import type { Handler } from "#lib/jobs/index.ts";
import { logger } from "#lib/log.ts";
import { admit } from "./admit.ts";
import { clearAway } from "./clear-away.ts";
import { isEngineTrouble } from "./docker-calls.ts";
import { StartFailure } from "./explain.ts";
import { keepWorkspace } from "./keep-workspace.ts";
import { poolTopic } from "./pool/index.ts";
import { serverAnswers, startServer } from "./start-server.ts";
import { startWarm, variablesOf } from "./start-warm.ts";
import { changeSessionState, shortName } from "./state.ts";
import { oneStart } from "./under-way.ts";
import { prepareWorkspace } from "./workspace.ts";

/**
 * Brings a queued session to ready: image, place, files, server. May be tried again after dying anywhere; it
 * then takes over the server that it had started.
 */
export const runStartSession: Handler<"start-session"> = async ({ sessionId }, context) => {
  await oneStart(sessionId, () => attempt(sessionId, context));
};

/**
 * Makes a session ready that was handed a slot, as far as nobody else does. Where the slot does not work, a job is made
 * that starts it as any other. Throws what keeps that from being done, such as an engine that is away: to be tried again.
 */
export async function runLaunch(sessionId: string): Promise<void> {
  await oneStart(sessionId, async () => {
    await startWarm(sessionId);
  });
}

async function attempt(
  sessionId: string,
  { signal, lastTry }: Parameters<Handler<"start-session">>[1],
): Promise<void> {
  const began = performance.now();
  try {
    const session = await db().session.findUnique({ where: { id: sessionId } });
    if (session?.state !== "queued" && session?.state !== "starting") return;
    await start(session, signal, began);
  } catch (error) {
    // The worker stops: whoever takes the job up goes on.
    if (signal.aborted) throw error;
    // It waits for the engine, however long that takes: watchServers has it taken up again.
    if (isColophonError(error) && error.code === "engine_unavailable") throw error;
    // An engine that is just coming back answers before all of it is there: what it refuses now works a moment later.
    if (isEngineTrouble(error) && !lastTry) throw error;
    await fail(sessionId, error);
  }
}

async function start(session: Session, signal: AbortSignal, began: number): Promise<void> {
  if (session.warm && (await startWarm(session.id, began))) return;
  const ended = new AbortController();
  const over = AbortSignal.any([signal, ended.signal]);
  const watching = watchForEnd(session.id, ended, over);
  try {
    const image = await waitForImage(session, over);
    if (!(await admit(session.id, over))) return;
    await bringUp(session, image, over);
  } catch (error) {
    // Whoever ended it waits for this and clears away what was started.
    if (!ended.signal.aborted) throw error;
  } finally {
    ended.abort();
    await watching;
  }
}

/** Aborts `ended` when somebody ends the session while it is being started. */
async function watchForEnd(id: string, ended: AbortController, signal: AbortSignal): Promise<void> {
  for await (const _ of changes(`session:${id}`, signal)) {
    const session = await db().session.findUnique({ where: { id }, select: { state: true } });
    if (session?.state !== "queued" && session?.state !== "starting") ended.abort();
  }
}

async function waitForImage(session: Session, signal: AbortSignal): Promise<string> {
  const key = session.environmentKey;
  if (!key) throw new Error("a session without an environment");
  const present = await usableImage(key);
  if (present) return present;
  if (session.state === "starting") {
    throw new ColophonError("image_missing", 503, "The image of this environment is gone.", {
      hint: "Start the session again: the image is then built anew.",
    });
  }
  const buildId = session.buildId ?? (await requestBuild(key));
  await db().session.update({ where: { id: session.id }, data: { buildId } });
  await publishEvent(`session:${session.id}`, { state: "queued" });
  for await (const _ of changes(`build:${buildId}`, signal)) {
    const build = await getBuild(buildId);
    if (build.state === "failed" || build.state === "cancelled") {
      throw new StartFailure({
        message: build.failure?.cause ?? "The build of the environment was cancelled.",
        hint: build.failure?.hint ?? "Start the session again to build it.",
        ...(build.failure ? { log: build.failure.lines.join("\n") } : {}),
      });
    }
    const image = build.state === "built" ? await usableImage(key) : null;
    if (image) return image;
    if (build.state === "built") return await waitForImage({ ...session, buildId: null }, signal);
  }
  throw signal.reason;
}

async function bringUp(session: Session, image: string, signal: AbortSignal): Promise<void> {
  const began = performance.now();
  const workspace = await prepareWorkspace(session.workspaceId, session.versionId);
  const mounted = performance.now();
  signal.throwIfAborted();
  const server = await startServer(session, { image, workspace, env: variablesOf(session) });
  const started = performance.now();
  const { ref, address } = server;
  await db().session.updateMany({
    where: { id: session.id, state: "starting" },
    data: { engineRef: ref, address },
  });
  await serverAnswers(session, server, signal);
  const now = Date.now();
  await changeSessionState(session.id, "ready", {
    engineRef: ref,
    address,
    readyAt: new Date(now),
    lastActivityAt: new Date(now),
    expiresAt: new Date(now + config().session.maxSeconds * 1000),
  });
  const since = (from: number, to = performance.now()) => Math.round(to - from);
  logger("sessions").info(
    {
      session: shortName(session.id),
      filesMs: since(began, mounted),
      containerMs: since(mounted, started),
      serverMs: since(started),
    },
    "session started",
  );
  await publishEvent(poolTopic, null);
}

/** Ends the attempt for good, with what a person can do about it. */
async function fail(sessionId: string, thrown: unknown): Promise<void> {
  const error = asDiskFull(thrown);
  const failure =
    error instanceof StartFailure
      ? error.failure
      : {
          message: isColophonError(error)
            ? error.message
            : "The notebook server could not be started.",
          hint:
            (isColophonError(error) ? error.hint : undefined) ??
            "Try again; if it fails again, tell whoever runs this site.",
        };
  const known = error instanceof StartFailure || isColophonError(error);
  logger("sessions").error(
    { session: shortName(sessionId), ...(known ? { reason: error.message } : { err: error }) },
    "session failed to start",
  );
  const session = await db().session.findUniqueOrThrow({ where: { id: sessionId } });
  if (session.state !== "queued") await clearAway(session);
  try {
    await changeSessionState(sessionId, "failed", { failure, endedAt: new Date() });
    await keepWorkspace(session.workspaceId);
  } catch (illegal) {
    // It was ended by somebody at the same moment: then that is what became of it.
    if (!isColophonError(illegal) || illegal.code !== "illegal_transition") throw illegal;
  }
}
