import { db } from "#lib/db/index.ts";
import {
  type BuildView,
  getBuild,
  readBuildLog,
  requestVersionBuild,
  usableImage,
} from "#lib/environments/index.ts";
import { ColophonError } from "#lib/errors.ts";
import { changes } from "#lib/events/index.ts";
import type { BinderEvent } from "./types.ts";

const chunksAtOnce = 200;

/**
 * Sees to it that a version's environment has its image, and gives its digest: at once where it is there, else with the
 * build's log on the way. Throws `no_environment` (422), `build_failed` (422).
 */
export async function* buildImage(
  versionId: string,
  signal: AbortSignal,
): AsyncGenerator<BinderEvent, string> {
  const version = await db().version.findUniqueOrThrow({ where: { id: versionId } });
  const present = version.environmentKey ? await usableImage(version.environmentKey) : null;
  if (present) {
    yield { phase: "built", imageName: present, message: "Found built image, launching...\n" };
    return present;
  }
  const buildId = await requestVersionBuild(versionId);
  yield { phase: "waiting", message: "Waiting for build to start...\n", build_id: buildId };
  const build = yield* followLog(buildId, signal);
  signal.throwIfAborted();
  if (build?.imageId) {
    yield { phase: "built", imageName: build.imageId, message: "Built image, launching...\n" };
    return build.imageId;
  }
  throw new ColophonError(
    "build_failed",
    422,
    build?.failure?.cause ?? "The environment could not be built.",
    { hint: build?.failure?.hint ?? "The log says why." },
  );
}

/** Tells a build's log line by line; gives the build at its end. */
async function* followLog(
  buildId: string,
  signal: AbortSignal,
): AsyncGenerator<BinderEvent, BuildView | null> {
  let after = -1;
  let partial = "";
  for await (const _ of changes(`build:${buildId}`, signal)) {
    // The state first: a log that is read after it is complete when the state is an end.
    const build = await getBuild(buildId);
    const isEnded = build.state !== "queued" && build.state !== "building";
    for (;;) {
      const chunks = await readBuildLog(buildId, after, chunksAtOnce);
      for (const chunk of chunks) {
        const lines = (partial + chunk.text).split("\n");
        partial = lines.pop() ?? "";
        if (lines.length) yield { phase: "building", message: `${lines.join("\n")}\n` };
        after = chunk.seq;
      }
      if (chunks.length < chunksAtOnce || signal.aborted) break;
    }
    if (!isEnded) continue;
    if (partial) yield { phase: "building", message: `${partial}\n` };
    return build;
  }
  return null;
}
