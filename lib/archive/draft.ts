import type { Readable } from "node:stream";
import { z } from "zod";
import type { Viewer } from "#lib/accounts/index.ts";
import { config } from "#lib/config.ts";
import { type Database, db, type Prisma, type Version } from "#lib/db/index.ts";
import { ColophonError, notFound } from "#lib/errors.ts";
import { publishEvent } from "#lib/events/index.ts";
import { editableDraft, editablePublication } from "./access.ts";
import { describeVersion } from "./describe.ts";
import { copyFiles, insertFiles, lockPublication, lockVersion } from "./file-rows.ts";
import { tooLarge } from "./hash-to-file.ts";
import { mediaTypeOf } from "./media-types.ts";
import { checkMetadata, completeMetadata, metadataColumns, storedMetadata } from "./metadata.ts";
import { canonicalPath, isLitter, PathSet } from "./paths.ts";
import { getPublication } from "./read.ts";
import { tooManyEntries } from "./refusals.ts";
import { openStage } from "./stage.ts";
import { removeTree } from "./trees.ts";
import type { FileView, PublicationView, VersionMetadata } from "./types.ts";

/** Changes fields of a draft's metadata; those not given stay. Throws `metadata_invalid` (400), `no_draft` (409). */
export async function setDraftMetadata(
  idOrSlug: string,
  partial: Partial<VersionMetadata>,
  viewer: Viewer,
): Promise<PublicationView> {
  const given = checkMetadata(partial);
  const { publication, draft } = await editableDraft(idOrSlug, viewer);
  await db().$transaction(async (tx) => {
    await lockVersion(draft.id, tx);
    const { metadata: stored, source } = await lockedDraft(draft.id, tx);
    const current = storedMetadata(stored);
    const metadata = completeMetadata(current.title, current, given);
    await tx.version.update({
      where: { id: draft.id },
      data: { ...metadataColumns(metadata), source: rememberGiven(source, given) },
    });
    await publishEvent(`version:${draft.id}`, { metadata: true }, tx);
  });
  return await getPublication(publication.id, viewer);
}

// While files are still being fetched, what they say must not win over what a person has said meanwhile.
function rememberGiven(
  source: Prisma.JsonValue,
  given: Partial<VersionMetadata>,
): Prisma.InputJsonObject {
  const stored = z.looseObject({ given: z.looseObject({}).optional() }).parse(source);
  if (stored.given === undefined) return stored as Prisma.InputJsonObject;
  return { ...stored, given: { ...stored.given, ...given } } as Prisma.InputJsonObject;
}

// A version that still is a draft now that it is locked.
async function lockedDraft(versionId: string, tx: Database): Promise<Version> {
  const version = await tx.version.findUnique({ where: { id: versionId } });
  if (version?.state === "draft") return version;
  throw new ColophonError("no_draft", 409, "There is no draft any more.", {
    hint: "It has been published or deleted meanwhile.",
  });
}

/**
 * Stores a file in a draft, new or in place of the one of that path. Throws `path_not_allowed`, `archive_too_large`
 * and the other refusals of an archive's entries.
 */
export async function putDraftFile(
  idOrSlug: string,
  rawPath: string,
  body: Readable,
  viewer: Viewer,
): Promise<FileView> {
  const { draft } = await editableDraft(idOrSlug, viewer);
  const path = canonicalPath(rawPath);
  if (path === "" || isLitter(path)) {
    throw new ColophonError("path_not_allowed", 422, "This is not a name for a file here.");
  }
  const stage = await openStage();
  let file: FileView;
  try {
    const { sha256, size } = await stage.write(body, { maxBytes: config().uploadMax });
    file = { path, sha256, size, mediaType: mediaTypeOf(path), executable: false };
    await stage.commit();
  } finally {
    await stage.discard();
  }
  await db().$transaction(async (tx) => {
    await lockVersion(draft.id, tx);
    await lockedDraft(draft.id, tx);
    await assertRoom(draft.id, file, tx);
    await tx.file.deleteMany({ where: { versionId: draft.id, path } });
    await insertFiles(draft.id, [file], tx);
  });
  await describeVersion(draft.id);
  return file;
}

async function assertRoom(versionId: string, file: FileView, tx: Database): Promise<void> {
  const rows = await tx.file.findMany({
    where: { versionId, path: { not: file.path } },
    select: { path: true, size: true },
  });
  const taken = new PathSet();
  let bytes = file.size;
  for (const row of rows) {
    taken.addFile(row.path);
    bytes += Number(row.size);
  }
  taken.addFile(file.path);
  if (rows.length + 1 > config().entriesMax) throw tooManyEntries(config().entriesMax);
  if (bytes > config().uploadMax) throw tooLarge(config().uploadMax);
}

/** Removes a file from a draft. Throws `not_found` when it has none of that path. */
export async function deleteDraftFile(
  idOrSlug: string,
  rawPath: string,
  viewer: Viewer,
): Promise<void> {
  const { draft } = await editableDraft(idOrSlug, viewer);
  const path = canonicalPath(rawPath);
  await db().$transaction(async (tx) => {
    await lockVersion(draft.id, tx);
    await lockedDraft(draft.id, tx);
    const { count } = await tx.file.deleteMany({ where: { versionId: draft.id, path } });
    if (count === 0) throw notFound("file");
  });
  await describeVersion(draft.id);
}

/**
 * Gives a draft exactly these files, whose blobs are stored already: how a workspace becomes part of its fork. Call
 * `describeVersion` once the transaction has committed. Throws `no_draft` (409) once the version is published.
 */
export async function replaceDraftFiles(
  versionId: string,
  files: { path: string; sha256: string; size: number; executable: boolean }[],
  tx: Database,
): Promise<void> {
  await lockVersion(versionId, tx);
  const version = await tx.version.findUnique({
    where: { id: versionId },
    select: { state: true },
  });
  if (version?.state !== "draft" && version?.state !== "publishing") {
    throw new ColophonError("no_draft", 409, "There is no draft any more.", {
      hint: "It has been published or deleted meanwhile.",
    });
  }
  if (files.length > config().entriesMax) throw tooManyEntries(config().entriesMax);
  const taken = new PathSet();
  let bytes = 0;
  for (const file of files) {
    taken.addFile(canonicalPath(file.path));
    bytes += file.size;
  }
  if (bytes > config().uploadMax) throw tooLarge(config().uploadMax);
  await tx.file.deleteMany({ where: { versionId } });
  await insertFiles(
    versionId,
    files.map((file) => ({ ...file, path: canonicalPath(file.path) })),
    tx,
  );
}

/** Begins the next version: a draft with the newest version's files and metadata. Throws `draft_exists` (409). */
export async function newDraft(idOrSlug: string, viewer: Viewer): Promise<PublicationView> {
  const { id } = await editablePublication(idOrSlug, viewer);
  await db().$transaction(async (tx) => {
    await lockPublication(id, tx);
    const versions = await tx.version.findMany({
      where: { publicationId: id },
      orderBy: { number: "asc" },
    });
    if (versions.some(({ state }) => state === "draft" || state === "publishing")) {
      throw new ColophonError("draft_exists", 409, "There is a draft already.", {
        hint: "Publish or delete it first.",
      });
    }
    const base = versions.findLast(({ state }) => state === "published") ?? versions.at(-1);
    if (!base) throw notFound("publication");
    const draft = await tx.version.create({
      data: {
        ...inherited(base),
        publicationId: id,
        number: (versions.at(-1)?.number ?? 0) + 1,
        source: {
          type: "version",
          ref: String(base.number),
          ...(base.doi ? { url: base.doi } : {}),
        },
      },
    });
    await copyFiles(base.id, draft.id, tx);
  });
  return await getPublication(id, viewer);
}

/** The columns of a version that hold as long as its files and metadata are the same. */
export function inherited(base: {
  metadata: unknown;
  preflight: unknown;
  environmentKey: string | null;
  environmentNote: unknown;
  figureSha256: string | null;
  mainNotebook: string | null;
  language: string | null;
  hasData: boolean;
}) {
  const { environmentKey, figureSha256, mainNotebook, language, hasData } = base;
  return {
    ...metadataColumns(storedMetadata(base.metadata)),
    preflight: JSON.parse(JSON.stringify(base.preflight)),
    ...(base.environmentNote === null
      ? {}
      : { environmentNote: JSON.parse(JSON.stringify(base.environmentNote)) }),
    environmentKey,
    figureSha256,
    mainNotebook,
    language,
    hasData,
  };
}

/**
 * Deletes a draft, and the publication with it when nothing of it was ever published. Its blobs go when nothing else
 * uses them and the collector comes by. Throws `draft_in_use` (409) while a session runs on it.
 */
export async function deleteDraft(idOrSlug: string, viewer: Viewer): Promise<void> {
  const { publication, draft } = await editableDraft(idOrSlug, viewer);
  await db().$transaction(async (tx) => {
    await lockPublication(publication.id, tx);
    await lockVersion(draft.id, tx);
    await lockedDraft(draft.id, tx);
    const where = { OR: [{ versionId: draft.id }, { workspace: { versionId: draft.id } }] };
    const running = await tx.session.count({
      where: { ...where, state: { notIn: ["ended", "failed"] } },
    });
    if (running > 0) {
      throw new ColophonError("draft_in_use", 409, "A session is running on this draft.", {
        hint: "End it first.",
      });
    }
    await tx.session.deleteMany({ where });
    const others = await tx.version.count({
      where: { publicationId: publication.id, id: { not: draft.id } },
    });
    if (others === 0) await tx.publication.delete({ where: { id: publication.id } });
    else await tx.version.delete({ where: { id: draft.id } });
    if (publication.forkedFromId && others === 0) {
      await tx.$executeRaw`
        UPDATE "Publication" SET "forkCount" = greatest("forkCount" - 1, 0)
        WHERE "id" = (SELECT "publicationId" FROM "Version" WHERE "id" = ${publication.forkedFromId})`;
    }
    await publishEvent(`version:${draft.id}`, { deleted: true }, tx);
  });
  await removeTree(draft.id);
}
