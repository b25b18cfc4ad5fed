import type { Viewer } from "#lib/accounts/index.ts";
import { type Database, db } from "#lib/db/index.ts";
import { ColophonError, messageOf, notFound } from "#lib/errors.ts";
import { publishEvent } from "#lib/events/index.ts";
import { citationRecord, registrar } from "#lib/identifiers/index.ts";
import { enqueue } from "#lib/jobs/index.ts";
import { logger } from "#lib/log.ts";
import { editableDraft, editablePublication } from "./access.ts";
import { lockPublication, lockVersion } from "./file-rows.ts";
import { metadataFindings, storedMetadata, storedPreflight } from "./metadata.ts";
import { getPublication } from "./read.ts";
import type { PublicationView, VersionView } from "./types.ts";
import { changeVersionState } from "./version-state.ts";
import { publicationInclude, publicationView } from "./view.ts";

/** What is done to a draft right before it is frozen: the workspace of a fork becomes part of its files. */
type BeforePublish = (versionId: string, signal: AbortSignal) => Promise<void>;

const shared = globalThis as typeof globalThis & { colophonBeforePublish?: BeforePublish };

/**
 * Sets what is done to a draft before it is frozen. The worker connects it with the sessions, which know workspaces;
 * it must be repeatable.
 */
export function onBeforePublish(work: BeforePublish): void {
  shared.colophonBeforePublish = work;
}

/**
 * Starts the publishing of a draft; the rest is a job. Throws `metadata_incomplete` (422), `no_files` (422),
 * `ingest_unfinished` (409), `no_draft` (409).
 */
export async function publishDraft(idOrSlug: string, viewer: Viewer): Promise<PublicationView> {
  const { publication, draft } = await editableDraft(idOrSlug, viewer);
  await db().$transaction(async (tx) => {
    await lockVersion(draft.id, tx);
    await assertPublishable(draft.id, tx);
    await changeVersionState(draft.id, "publishing", {}, tx);
    await enqueue("publish", { versionId: draft.id }, { database: tx });
  });
  return await getPublication(publication.id, viewer);
}

async function assertPublishable(versionId: string, tx: Database): Promise<void> {
  const version = await tx.version.findUnique({ where: { id: versionId } });
  if (!version) throw notFound("version");
  if (version.ingestState !== "ready") {
    const failed = version.ingestState === "failed";
    throw new ColophonError(
      "ingest_unfinished",
      409,
      failed ? "The files could not be fetched." : "The files are still on their way.",
      { hint: failed ? "Delete the draft and begin again." : "Wait until they are there." },
    );
  }
  const [missing] = metadataFindings(storedMetadata(version.metadata)).filter(
    ({ severity }) => severity === "error",
  );
  if (missing) {
    throw new ColophonError("metadata_incomplete", 422, missing.message, {
      hint: "Complete the metadata and publish again.",
      details: { finding: missing.code },
    });
  }
  if ((await tx.file.count({ where: { versionId } })) === 0) {
    throw new ColophonError(
      "no_files",
      422,
      "There is nothing to publish: the draft has no files.",
      {
        hint: "Add at least one file.",
      },
    );
  }
}

/**
 * The job that freezes a version and registers its DOIs, the concept's too the first time. May die anywhere and be
 * repeated. When the registrar refuses for good, the version is a draft again with the reason among its findings.
 */
export async function runPublish(
  { versionId }: { versionId: string },
  { signal, lastTry }: { signal: AbortSignal; lastTry: boolean },
): Promise<void> {
  const version = await db().version.findUnique({
    where: { id: versionId },
    include: { workspaces: { select: { id: true }, take: 1 } },
  });
  if (version?.state !== "publishing") return;
  try {
    if (version.workspaces.length > 0) await beforePublish(versionId, signal);
    await reserve(versionId);
    await register(versionId);
    await db().$transaction((tx) => complete(versionId, tx));
  } catch (error) {
    logger("archive").warn({ version: versionId, reason: messageOf(error) }, "publishing failed");
    const permanent = error instanceof ColophonError && error.status >= 400 && error.status < 500;
    if (!(lastTry || permanent)) throw error;
    await giveUp(versionId, error);
  }
}

async function beforePublish(versionId: string, signal: AbortSignal): Promise<void> {
  if (!shared.colophonBeforePublish) {
    throw new Error("a fork cannot be published before onBeforePublish was called");
  }
  await shared.colophonBeforePublish(versionId, signal);
}

// The DOIs are stored before they are registered, so that a repeated job uses the same ones.
async function reserve(versionId: string): Promise<void> {
  await db().$transaction(async (tx) => {
    const version = await tx.version.findUniqueOrThrow({ where: { id: versionId } });
    const { publicationId } = version;
    await lockPublication(publicationId, tx);
    await assertPublishable(versionId, tx);
    const concept = await registrar().reserve("concept", publicationId, null, tx);
    const doi = await registrar().reserve("version", publicationId, versionId, tx);
    await tx.publication.update({ where: { id: publicationId }, data: { conceptDoi: concept } });
    await tx.version.update({
      where: { id: versionId },
      data: { doi, publishedAt: version.publishedAt ?? new Date() },
    });
  });
}

async function register(versionId: string): Promise<void> {
  const { publication, version } = await asPublished(versionId);
  if (version.doi) {
    await registrar().register(version.doi, citationRecord(publication, version));
  }
  if (publication.conceptDoi) {
    const record = citationRecord(publication, version, { kind: "concept" });
    await registrar().register(publication.conceptDoi, record);
  }
}

// The record that is registered already says what will be true a moment later.
async function asPublished(
  versionId: string,
): Promise<{ publication: PublicationView; version: VersionView }> {
  const row = await db().publication.findFirstOrThrow({
    where: { versions: { some: { id: versionId } } },
    include: publicationInclude,
  });
  const view = await publicationView(row, {
    userId: row.ownerId,
    role: "author",
    visitorId: null,
  });
  if (!view?.draft) throw notFound("draft");
  const version: VersionView = { ...view.draft, state: "published" };
  const { draft: _, ...publication } = view;
  return { publication: { ...publication, versions: [...view.versions, version] }, version };
}

async function complete(versionId: string, tx: Database): Promise<void> {
  const { publicationId } = await tx.version.findUniqueOrThrow({ where: { id: versionId } });
  await lockPublication(publicationId, tx);
  await changeVersionState(versionId, "published", { publishedAt: new Date() }, tx);
  await markNewest(publicationId, tx);
  const origin = await tx.publication.findUnique({
    where: { id: publicationId },
    select: { forkedFromId: true },
  });
  // Its page lists this fork from now on.
  if (origin?.forkedFromId) {
    await publishEvent(`version:${origin.forkedFromId}`, { forkPublished: true }, tx);
  }
}

async function giveUp(versionId: string, error: unknown): Promise<void> {
  await db().$transaction(async (tx) => {
    const version = await tx.version.findUniqueOrThrow({ where: { id: versionId } });
    const preflight = storedPreflight(version.preflight);
    const known = error instanceof ColophonError;
    const message = known
      ? `It could not be published: ${error.message}`
      : "It could not be published: the DOI could not be registered. Try again later.";
    const kept = preflight.intake.filter(({ code }) => code !== "publish_failed");
    const intake = [{ severity: "error", code: "publish_failed", message }, ...kept];
    await changeVersionState(
      versionId,
      "draft",
      {
        publishedAt: null,
        preflight: JSON.parse(JSON.stringify({ ...preflight, intake })),
      },
      tx,
    );
  });
}

// Two statements: the unique index that allows one newest version is checked row by row.
async function markNewest(publicationId: string, tx: Database): Promise<void> {
  const newest = await tx.version.findFirst({
    where: { publicationId, state: "published" },
    orderBy: { number: "desc" },
    select: { id: true },
  });
  await tx.version.updateMany({ where: { publicationId, newest: true }, data: { newest: false } });
  if (newest) await tx.version.update({ where: { id: newest.id }, data: { newest: true } });
}

/**
 * Turns a published version into a tombstone: its DOI still resolves, its files are nobody's to read but the owner's.
 * Throws `reason_missing` (400), `illegal_transition` (409).
 */
export async function withdrawVersion(
  idOrSlug: string,
  number: number,
  reason: string,
  viewer: Viewer,
): Promise<PublicationView> {
  const publication = await editablePublication(idOrSlug, viewer);
  const version = publication.versions.find((each) => each.number === number);
  if (!version) throw notFound("version");
  const withdrawReason = reason.trim().slice(0, 2_000);
  if (!withdrawReason) {
    throw new ColophonError("reason_missing", 400, "A withdrawal needs a reason.", {
      hint: "Say in a sentence why; the tombstone shows it.",
    });
  }
  await db().$transaction(async (tx) => {
    await lockPublication(publication.id, tx);
    await changeVersionState(
      version.id,
      "withdrawn",
      { withdrawnAt: new Date(), withdrawReason },
      tx,
    );
    await markNewest(publication.id, tx);
  });
  return await getPublication(publication.id, viewer);
}
