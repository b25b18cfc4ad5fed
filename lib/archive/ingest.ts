import { z } from "zod";
import { db, type Prisma, type Version } from "#lib/db/index.ts";
import { isColophonError, messageOf } from "#lib/errors.ts";
import { publishEvent } from "#lib/events/index.ts";
import { logger } from "#lib/log.ts";
import { prefill } from "./create.ts";
import { describeVersion } from "./describe.ts";
import { insertFiles, lockVersion } from "./file-rows.ts";
import { type Bundle, openIntake } from "./intake.ts";
import { checkMetadata, metadataColumns, storedMetadata } from "./metadata.ts";
import { readGit } from "./read-git.ts";
import { githubWeb, isRateLimited, parseGithub, readGithub } from "./read-github.ts";
import { RecordFile, readRecord } from "./read-record.ts";
import { openStage, type Stage } from "./stage.ts";
import type { VersionMetadata } from "./types.ts";

/** What `createFromSource` stored, and what the fetch adds to it. */
const Fetchable = z.object({
  type: z.enum(["git", "github", "record"]),
  url: z.string(),
  ref: z.string().optional(),
  /** Of a record of another archive. */
  files: z.array(RecordFile).optional(),
  given: z.record(z.string(), z.unknown()).default({}),
});
type Fetchable = z.infer<typeof Fetchable>;

interface Arrived {
  bundle: Bundle;
  commit: string;
  date: string;
  about: Partial<VersionMetadata>;
}

/**
 * The job that fetches a draft's files. May die anywhere and be repeated: nothing is visible before all of it is there.
 * What is wrong with the source itself is noted with the version at once; what may pass is tried again.
 */
export async function runIngest(
  { versionId }: { versionId: string },
  { signal, lastTry }: { signal: AbortSignal; lastTry: boolean },
): Promise<void> {
  const version = await db().version.findUnique({ where: { id: versionId } });
  if (version?.ingestState !== "fetching") return;
  const stage = await openStage();
  try {
    await fetchInto(stage, version, signal);
    await describeVersion(versionId);
    await db().version.updateMany({
      where: { id: versionId, ingestState: "fetching" },
      data: { ingestState: "ready" },
    });
    await publishEvent(`version:${versionId}`, { ingest: "ready" });
  } catch (error) {
    signal.throwIfAborted();
    const permanent = isColophonError(error) && error.status < 500;
    if (!(permanent || lastTry)) throw error;
    await noteFailure(versionId, error);
  } finally {
    await stage.discard();
  }
}

async function fetchInto(stage: Stage, version: Version, signal: AbortSignal): Promise<void> {
  const source = Fetchable.parse(version.source);
  const { bundle, commit, date, about } = await arrive(stage, source, signal);
  const { title } = storedMetadata(version.metadata);
  const given = checkMetadata(source.given);
  const { owner, listed } = await db().publication.findUniqueOrThrow({
    where: { id: version.publicationId },
    include: { owner: true },
  });
  // As with an upload: whoever brings it is its author until something says otherwise. What is only run here is
  // nobody's of ours.
  const assumed = { ...(listed ? { authors: [{ name: owner.name }] } : {}), ...about };
  const { metadata, findings } = await prefill(stage, bundle, title, given, assumed);
  await stage.commit();
  const { given: _, files: __, ...kept } = source;
  await db().$transaction(async (tx) => {
    await lockVersion(version.id, tx);
    const now = await tx.version.findUnique({ where: { id: version.id } });
    // Deleted meanwhile, or done by somebody who was quicker.
    if (now?.ingestState !== "fetching") return;
    const edited = Fetchable.parse(now.source).given;
    const preflight = { intake: [...findings, ...bundle.notes], files: [] };
    await tx.file.deleteMany({ where: { versionId: version.id } });
    await insertFiles(version.id, bundle.files, tx);
    await tx.version.update({
      where: { id: version.id },
      data: {
        ...metadataColumns({ ...metadata, ...checkMetadata(edited) }),
        source: { ...kept, given: edited as Prisma.InputJsonObject, commit, date },
        preflight: JSON.parse(JSON.stringify(preflight)),
      },
    });
  });
}

async function arrive(stage: Stage, source: Fetchable, signal: AbortSignal): Promise<Arrived> {
  const intake = openIntake(stage, signal);
  if (source.type === "github") {
    try {
      const { commit, date, about } = await readGithub(source.url, source.ref, intake);
      return { bundle: intake.finish({ stripTop: true }), commit, date, about };
    } catch (error) {
      // Its git server has the same files; it only says less about them.
      if (!isRateLimited(error)) throw error;
    }
  }
  if (source.type === "record") {
    const bundle = await readRecord(source.files ?? [], stage, intake);
    return { bundle, commit: source.ref ?? "", date: "", about: {} };
  }
  const { url, ref } = source.type === "github" ? byGit(source) : source;
  const { commit, date } = await readGit(url, ref, stage.directory, intake);
  return { bundle: intake.finish({ stripTop: false }), commit, date, about: {} };
}

function byGit(source: Fetchable): { url: string; ref: string | undefined } {
  const { owner, repo, ref } = parseGithub(source.url);
  return { url: `${githubWeb()}/${owner}/${repo}.git`, ref: source.ref ?? ref ?? undefined };
}

async function noteFailure(versionId: string, error: unknown): Promise<void> {
  logger("archive").warn({ version: versionId, reason: messageOf(error) }, "ingest failed");
  const told = isColophonError(error)
    ? { code: error.code, message: error.message, hint: error.hint ?? null }
    : {
        code: "ingest_failed",
        message: "The files could not be fetched.",
        hint: "Try again later, or upload them as a zip.",
      };
  await db().version.updateMany({
    where: { id: versionId, ingestState: "fetching" },
    data: { ingestState: "failed", ingestError: told },
  });
  await publishEvent(`version:${versionId}`, { ingest: "failed" });
}
