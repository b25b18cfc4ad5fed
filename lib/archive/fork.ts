import type { Viewer } from "#lib/accounts/index.ts";
import { type Database, db, type Prisma, type Version } from "#lib/db/index.ts";
import { ColophonError, notFound } from "#lib/errors.ts";
import { publishEvent } from "#lib/events/index.ts";
import { readableVersion, requireUser } from "./access.ts";
import { createDraft } from "./create.ts";
import { inherited } from "./draft.ts";
import { copyFiles } from "./file-rows.ts";
import { storedMetadata } from "./metadata.ts";
import { findByDoi, getPublication } from "./read.ts";
import type { PublicationView } from "./types.ts";

interface ForkOptions {
  viewer: Viewer;
  doi?: string;
  versionId?: string;
  /** A workspace over that version, the viewer's own or a visitor's: what was done in it stays. */
  workspaceId?: string;
}

/**
 * Makes a draft of the viewer's own out of a published version, or of a repository that they launched: rows are copied,
 * content is shared. With `workspaceId` that workspace becomes the fork's; asked again for the same one, gives the same
 * fork. Throws `sign_in_required` (401), `not_found`, `not_published` (409).
 */
export async function forkVersion(options: ForkOptions): Promise<PublicationView> {
  const { viewer, workspaceId } = options;
  requireUser(viewer);
  const versionId = options.versionId ?? (await findByDoi(options.doi ?? "", viewer)).version.id;
  const done = workspaceId && (await forkWithWorkspace(workspaceId, viewer));
  if (done) return await getPublication(done, viewer);
  // Whoever ran a repository may keep what they made of it, though its draft is nobody's to see.
  const launched = await launchedRepository(versionId, options);
  if (launched) {
    const publicationId = await db().$transaction((tx) =>
      deriveDraft(launched, viewer, originOf(launched), workspaceId, tx),
    );
    return await getPublication(publicationId, viewer);
  }
  const version = await readableVersion(versionId, viewer);
  if (version.state !== "published") {
    throw new ColophonError("not_published", 409, "Only a published version can be forked.", {
      hint: "Publish it first, or edit the draft itself.",
    });
  }
  const publicationId = await db().$transaction((tx) =>
    deriveDraft(version, viewer, { type: "fork", url: version.doi ?? "" }, workspaceId, tx),
  );
  return await getPublication(publicationId, viewer);
}

/** A version that was launched through the Binder API, for who has a workspace over it or has begun a session of it. */
async function launchedRepository(
  versionId: string,
  { viewer: { userId, visitorId }, workspaceId }: ForkOptions,
): Promise<Version | null> {
  const own = [{ userId }, ...(visitorId ? [{ userId: null, visitorId }] : [])];
  const begun = workspaceId === undefined ? { sessions: { some: { OR: own } } } : {};
  return await db().version.findFirst({
    where: { id: versionId, state: "draft", binderSources: { some: {} }, ...begun },
  });
}

// The repository that it came from, as a draft of its own would say it.
function originOf({ source }: Version): Prisma.InputJsonObject {
  return JSON.parse(JSON.stringify(source ?? {}));
}

async function forkWithWorkspace(workspaceId: string, viewer: Viewer): Promise<string | null> {
  const workspace = await db().workspace.findUnique({
    where: { id: workspaceId },
    include: { version: { include: { publication: true } } },
  });
  const publication = workspace?.version.publication;
  const own = publication?.forkedFromId && publication.ownerId === viewer.userId;
  return own ? publication.id : null;
}

/** Adds the rows of a draft derived from a published version, with its workspace. Gives the publication's id. */
export async function deriveDraft(
  base: Version,
  viewer: Viewer,
  source: Prisma.InputJsonObject,
  workspaceId: string | undefined,
  tx: Database,
  options: { listed?: boolean } = {},
): Promise<string> {
  const ownerId = requireUser(viewer);
  const { publicationId, versionId } = await createDraft(
    {
      ownerId,
      metadata: storedMetadata(base.metadata),
      source,
      forkedFromId: base.id,
      version: inherited(base),
      ...options,
    },
    tx,
  );
  await copyFiles(base.id, versionId, tx);
  if (workspaceId === undefined) {
    await tx.workspace.create({ data: { versionId, ownerId } });
  } else {
    await adopt(workspaceId, base.id, versionId, viewer, tx);
  }
  await tx.publication.update({
    where: { id: base.publicationId },
    data: { forkCount: { increment: 1 } },
  });
  await publishEvent(`version:${base.id}`, { forked: true }, tx);
  return publicationId;
}

// Only a workspace over this very version, and only the viewer's own, a visitor's that they were, or one that belongs
// to whoever knows its session (which the caller has checked).
async function adopt(
  workspaceId: string,
  fromVersionId: string,
  toVersionId: string,
  viewer: Viewer,
  tx: Database,
): Promise<void> {
  const { count } = await tx.workspace.updateMany({
    where: {
      id: workspaceId,
      versionId: fromVersionId,
      OR: [
        { ownerId: viewer.userId },
        ...(viewer.visitorId ? [{ ownerId: null, visitorId: viewer.visitorId }] : []),
        { ownerId: null, visitorId: null },
      ],
    },
    data: {
      versionId: toVersionId,
      ownerId: viewer.userId,
      visitorId: null,
      expiresAt: null,
    },
  });
  if (count === 0) throw notFound("workspace");
}
