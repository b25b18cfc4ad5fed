import type { Viewer } from "#lib/accounts/index.ts";
import { db, type Publication, type Version } from "#lib/db/index.ts";
import { ColophonError, notFound } from "#lib/errors.ts";
import { isId } from "./slug.ts";

/** Whether somebody may change a publication and see its draft: its owner, or an administrator. */
export function mayEdit(publication: { ownerId: string }, viewer: Viewer): boolean {
  return (
    viewer.role === "administrator" ||
    (viewer.userId !== null && viewer.userId === publication.ownerId)
  );
}

/** Whether a version is anybody's to see. Those withdrawn are: as tombstones. */
export function isPublic(version: { state: Version["state"] }): boolean {
  return version.state === "published" || version.state === "withdrawn";
}

/** The user who acts. Throws `sign_in_required` (401). */
export function requireUser(viewer: Viewer): string {
  if (viewer.userId !== null) return viewer.userId;
  throw new ColophonError("sign_in_required", 401, "This needs an account.", {
    hint: "Sign in, or send an API token as `Authorization: Bearer …`.",
  });
}

/** How to find a publication by what people put into a URL. */
export function byIdOrSlug(idOrSlug: string): { id: string } | { slug: string } {
  return isId(idOrSlug) ? { id: idOrSlug } : { slug: idOrSlug.normalize("NFC") };
}

/** A version with its publication, if the viewer may see it. Throws the same `not_found` otherwise. */
export async function visibleVersion(
  versionId: string,
  viewer: Viewer,
): Promise<Version & { publication: Publication }> {
  const version = await db().version.findUnique({
    where: { id: versionId },
    include: { publication: true },
  });
  if (!version || !(isPublic(version) || mayEdit(version.publication, viewer))) {
    throw notFound("version");
  }
  return version;
}

/** A version whose files the viewer may read. Throws `version_withdrawn` (410) for a tombstone, unless it is theirs. */
export async function readableVersion(
  versionId: string,
  viewer: Viewer,
): Promise<Version & { publication: Publication }> {
  const version = await visibleVersion(versionId, viewer);
  if (version.state === "withdrawn" && !mayEdit(version.publication, viewer)) {
    throw new ColophonError("version_withdrawn", 410, "This version was withdrawn.", {
      hint: version.withdrawReason ?? "Its authors gave no reason.",
    });
  }
  return version;
}

/**
 * A publication that the viewer may change, with its draft where there is one. Throws `not_found` where they may not
 * even see it, `sign_in_required` (401) or `forbidden` (403) otherwise.
 */
export async function editablePublication(
  idOrSlug: string,
  viewer: Viewer,
): Promise<Publication & { versions: Version[] }> {
  const publication = await db().publication.findUnique({
    where: byIdOrSlug(idOrSlug),
    include: { versions: { orderBy: { number: "asc" } } },
  });
  if (!publication) throw notFound("publication");
  if (mayEdit(publication, viewer)) return publication;
  if (!publication.versions.some(isPublic)) throw notFound("publication");
  requireUser(viewer);
  throw new ColophonError("forbidden", 403, "This publication belongs to somebody else.", {
    hint: "Fork it: the fork is yours to change.",
  });
}

/** The draft of a publication that the viewer may change. Throws `no_draft` (409) besides. */
export async function editableDraft(
  idOrSlug: string,
  viewer: Viewer,
): Promise<{ publication: Publication; draft: Version }> {
  const publication = await editablePublication(idOrSlug, viewer);
  const draft = publication.versions.find((version) => version.state === "draft");
  if (draft) return { publication, draft };
  const publishing = publication.versions.some((version) => version.state === "publishing");
  throw new ColophonError(
    "no_draft",
    409,
    publishing ? "The draft is being published." : "There is no draft.",
    { hint: publishing ? "Wait until it is done." : "Begin a new version first." },
  );
}
