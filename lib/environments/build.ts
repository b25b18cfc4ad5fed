import { z } from "zod";
import { type Build, type Database, db } from "#lib/db/index.ts";
import { asEngineError, docker, statusOf } from "#lib/docker.ts";
import { ColophonError, notFound } from "#lib/errors.ts";
import { publishEvent } from "#lib/events/index.ts";
import { enqueue, raisePriority } from "#lib/jobs/index.ts";
import { changeBuildState } from "./state.ts";

/** A build as the API and pages show it. Times are ISO 8601. */
export interface BuildView {
  id: string;
  state: Build["state"];
  environmentKey: string;
  phase: string | null;
  stepIndex: number | null;
  stepTotal: number | null;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  failure: { cause: string; hint: string; lines: string[] } | null;
  /** Digest of the image, once built. */
  imageId: string | null;
  eventsUrl: string;
  logUrl: string;
}

/** Priority of a build for which a person is waiting. */
const personWaits = 10;

const Failure = z.object({ cause: z.string(), hint: z.string(), lines: z.array(z.string()) });

/** One build. Throws `not_found`. */
export async function getBuild(id: string): Promise<BuildView> {
  const build = await db().build.findUnique({ where: { id }, include: { environment: true } });
  if (!build) throw notFound("build");
  const failure = Failure.safeParse(build.failure);
  return {
    id: build.id,
    state: build.state,
    environmentKey: build.environmentKey,
    phase: build.phase,
    stepIndex: build.stepIndex,
    stepTotal: build.stepTotal,
    createdAt: build.createdAt.toISOString(),
    startedAt: build.startedAt?.toISOString() ?? null,
    finishedAt: build.finishedAt?.toISOString() ?? null,
    failure: failure.success ? failure.data : null,
    imageId: build.state === "built" ? build.environment.imageId : null,
    eventsUrl: `/api/builds/${build.id}/events`,
    logUrl: `/api/builds/${build.id}/log`,
  };
}

/**
 * The image of an environment, if the engine really has it; null when it must be built (again).
 * Notes that the environment is in use. Throws `engine_unavailable` (503).
 */
export async function usableImage(environmentKey: string): Promise<string | null> {
  const environment = await db().environment.findUnique({ where: { key: environmentKey } });
  if (!environment?.imageId) return null;
  try {
    await docker().getImage(environment.imageId).inspect();
  } catch (error) {
    if (statusOf(error) !== 404) throw asEngineError(error);
    await db().environment.updateMany({
      where: { key: environmentKey, imageId: environment.imageId },
      data: { imageId: null },
    });
    return null;
  }
  await db().environment.update({
    where: { key: environmentKey },
    data: { lastUsedAt: new Date() },
  });
  return environment.imageId;
}

/**
 * Sees to it that an environment's image is built: gives the build that is under way, or the one that made
 * the present image, or a new one. `background` builds let those wait for which a person is waiting.
 */
export async function requestBuild(
  environmentKey: string,
  options: { background?: boolean } = {},
): Promise<string> {
  if (await usableImage(environmentKey)) {
    const made = await newestBuild(environmentKey, "built");
    if (made) return made;
  }
  const priority = options.background ? 0 : personWaits;
  const { id, isNew } = await db().$transaction(async (tx) => {
    // One at a time for each environment; the partial unique index is the second line of defence.
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext(${environmentKey}))`;
    const active = await tx.build.findFirst({
      where: { environmentKey, state: { in: ["queued", "building"] } },
    });
    const build = active ?? (await tx.build.create({ data: { environmentKey } }));
    if (!active) {
      await enqueue("build", { buildId: build.id }, { database: tx, priority });
      await publishEvent(`build:${build.id}`, { state: "queued" }, tx);
    }
    return { id: build.id, isNew: !active };
  });
  // It may have been asked for in the background before; now somebody waits for it.
  if (!isNew && priority) await raisePriority("build", { buildId: id }, priority);
  return id;
}

async function newestBuild(
  environmentKey: string,
  state: Build["state"],
  database: Database = db(),
): Promise<string | undefined> {
  const build = await database.build.findFirst({
    where: { environmentKey, state },
    orderBy: { createdAt: "desc" },
    select: { id: true },
  });
  return build?.id;
}

/** Requests the build of a version's environment. Throws 422 `no_environment` when none could be read. */
export async function requestVersionBuild(versionId: string): Promise<string> {
  const version = await db().version.findUnique({ where: { id: versionId } });
  if (!version) throw notFound("version");
  if (!version.environmentKey) {
    const note = z.object({ message: z.string() }).safeParse(version.environmentNote);
    throw new ColophonError(
      "no_environment",
      422,
      note.success ? note.data.message : "No environment could be read from these files.",
      { hint: "Correct the environment files in a new draft and publish it." },
    );
  }
  return await requestBuild(version.environmentKey);
}

/** Cancels a queued or running build; the worker that holds it stops at once. Throws `illegal_transition`. */
export async function cancelBuild(id: string): Promise<void> {
  await getBuild(id);
  await changeBuildState(id, "cancelled", { finishedAt: new Date() });
}

/** Has builds that were under way taken up again: the engine was away, and their tries may be used up. */
export async function resumeBuilds(): Promise<void> {
  const builds = await db().build.findMany({
    where: { state: { in: ["queued", "building"] } },
    select: { id: true },
  });
  for (const { id } of builds) await enqueue("build", { buildId: id });
}
