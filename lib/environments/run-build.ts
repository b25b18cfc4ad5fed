import {
  type BuildEvent,
  BuilderError,
  buildEnvironment,
  explainFailure,
  readEnvironment,
} from "#builder/index.ts";
import { materialiseTree } from "#lib/archive/index.ts";
import { config } from "#lib/config.ts";
import { type Build, db, type Prisma } from "#lib/db/index.ts";
import { asEngineError, docker } from "#lib/docker.ts";
import { ColophonError, isColophonError, messageOf } from "#lib/errors.ts";
import { publishEvent, subscribe } from "#lib/events/index.ts";
import { logger } from "#lib/log.ts";
import { BuildLogWriter } from "./log.ts";
import { changeBuildState } from "./state.ts";

interface Context {
  signal: AbortSignal;
  lastTry: boolean;
}

/** The job that turns an environment into an image. Idempotent: a try that died is simply made again. */
export async function runBuild({ buildId }: { buildId: string }, context: Context): Promise<void> {
  const build = await db().build.findUnique({ where: { id: buildId } });
  if (!build || (build.state !== "queued" && build.state !== "building")) return;
  const log = await BuildLogWriter.open(buildId);
  if (build.state === "queued") {
    await changeBuildState(buildId, "building", { startedAt: new Date() });
  } else {
    log.write("\nThe build was interrupted and is made again.\n");
  }

  const cancel = new AbortController();
  const endSubscription = await subscribe(`build:${buildId}`, () => void noticeCancel());
  const noticeCancel = async () => {
    const now = await db().build.findUnique({ where: { id: buildId }, select: { state: true } });
    if (now?.state === "cancelled") cancel.abort(new Error("cancelled"));
  };
  await noticeCancel();
  try {
    await attempt(build, log, AbortSignal.any([context.signal, cancel.signal]));
  } catch (error) {
    await log.flush();
    if (cancel.signal.aborted) return;
    // The worker stops: the job is taken up again, the build stays as it is.
    if (context.signal.aborted) throw error;
    await fail(build, error, context);
  } finally {
    endSubscription();
  }
}

async function attempt(build: Build, log: BuildLogWriter, signal: AbortSignal): Promise<void> {
  const { id, environmentKey } = build;
  const version = await db().version.findFirst({
    where: { environmentKey, ingestState: "ready" },
    orderBy: [{ publishedAt: { sort: "asc", nulls: "last" } }],
    select: { id: true },
  });
  if (!version)
    throw new ColophonError("no_source", 409, "No version needs this environment any more.");
  const dir = await materialiseTree(version.id);
  const spec = await readEnvironment(dir);
  if (spec.key !== environmentKey) {
    throw new ColophonError(
      "environment_changed",
      409,
      "The files changed before the build began.",
      {
        hint: "Start it again: it will then build the files as they are now.",
      },
    );
  }
  const image = await buildEnvironment(spec, {
    docker: docker(),
    dir,
    signal,
    caBundle: config().caBundle,
    timeLimitMs: config().buildTimeoutSeconds * 1000,
    onEvent: (event) => note(id, event, log),
  });
  await log.flush();
  await db().$transaction(async (tx) => {
    const { installed, deviations, dockerfile } = image;
    await tx.environment.update({
      where: { key: environmentKey },
      data: {
        imageId: image.imageId,
        imageSize: image.size,
        installed: json(installed),
        // What a Dockerfile's base was replaced by is known only now.
        spec: json({ ...spec, deviations, dockerfile }),
        builtAt: new Date(),
        lastUsedAt: new Date(),
      },
    });
    await changeBuildState(id, "built", { finishedAt: new Date(), phase: null }, tx);
  });
}

function json(value: object): Prisma.InputJsonObject {
  return JSON.parse(JSON.stringify(value));
}

function note(buildId: string, event: BuildEvent, log: BuildLogWriter): void {
  if (event.type === "log") {
    log.write(event.text.endsWith("\n") ? event.text : `${event.text}\n`);
    return;
  }
  if (event.type === "step" && event.durationMs !== undefined) return;
  const data =
    event.type === "phase"
      ? { phase: event.message }
      : { phase: event.name.slice(0, 200), stepIndex: event.index, stepTotal: event.total };
  if (event.type === "phase") log.write(`\n${event.message}\n`);
  db()
    .build.update({ where: { id: buildId }, data })
    .then(() => publishEvent(`build:${buildId}`, data))
    .catch((error: unknown) => {
      logger("builds").warn({ build: buildId, reason: messageOf(error) }, "progress not recorded");
    });
}

async function fail(build: Build, thrown: unknown, context: Context): Promise<void> {
  const error = asEngineError(thrown);
  // The build waits for the engine, and is taken up when that is back (see resumeBuilds).
  if (isColophonError(error) && error.code === "engine_unavailable") throw error;
  const explained = error instanceof BuilderError || error instanceof ColophonError;
  // What nobody foresaw may be the engine's or the network's mood: the queue tries again.
  if (!explained && !context.lastTry) throw error;
  const chunks = await db().buildLogLine.findMany({
    where: { buildId: build.id },
    orderBy: { seq: "desc" },
    take: 200,
  });
  const tail = chunks
    .reverse()
    .map((chunk) => chunk.text)
    .join("");
  const failure =
    error instanceof BuilderError && error.code === "build_failed"
      ? explainFailure(tail)
      : {
          cause: explained
            ? error.message
            : "The build stopped for a reason that we did not expect.",
          hint:
            (explained ? error.hint : undefined) ?? "Try again; if it stays so, tell the operator.",
          lines: tail.split("\n").slice(-20),
        };
  await changeBuildState(build.id, "failed", {
    finishedAt: new Date(),
    failure: json(failure),
  });
  if (!explained) throw error;
}
