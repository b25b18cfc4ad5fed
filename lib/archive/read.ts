import type { Readable } from "node:stream";
import type { Viewer } from "#lib/accounts/index.ts";
import { db } from "#lib/db/index.ts";
import { ColophonError, notFound } from "#lib/errors.ts";
import { parseDoi } from "#lib/identifiers/index.ts";
import { byIdOrSlug, mayEdit, readableVersion, visibleVersion } from "./access.ts";
import { openBlob } from "./blobs.ts";
import { figureMediaType } from "./figure.ts";
import { filesOf } from "./file-rows.ts";
import type { FileView, PublicationView, VersionView } from "./types.ts";
import { publicationInclude, publicationView, versionViews } from "./view.ts";

/** A publication as the viewer may see it. Throws `not_found` for what does not exist and what is not theirs alike. */
export async function getPublication(idOrSlug: string, viewer: Viewer): Promise<PublicationView> {
  const row = await db().publication.findUnique({
    where: byIdOrSlug(idOrSlug),
    include: publicationInclude,
  });
  const view = row && (await publicationView(row, viewer));
  if (!view) throw notFound("publication");
  return view;
}

/** One version by its number. Throws `not_found`. */
export async function getVersion(
  idOrSlug: string,
  number: number,
  viewer: Viewer,
): Promise<VersionView> {
  if (!Number.isInteger(number) || number < 1 || number > 1_000_000) throw notFound("version");
  const row = await db().version.findFirst({
    where: { number, publication: byIdOrSlug(idOrSlug) },
    select: { id: true },
  });
  if (!row) throw notFound("version");
  return await getVersionById(row.id, viewer);
}

/** One version by its id. Throws `not_found`. */
export async function getVersionById(versionId: string, viewer: Viewer): Promise<VersionView> {
  const version = await visibleVersion(versionId, viewer);
  const [view] = await versionViews([version], version.publication);
  if (!view) throw notFound("version");
  return view;
}

/**
 * What a DOI of this archive means, however it is written: a version's DOI that version, a concept DOI the newest
 * published version (the newest tombstone when none is left). Throws `not_found`.
 */
export async function findByDoi(
  doi: string,
  viewer: Viewer,
): Promise<{ publication: PublicationView; version: VersionView }> {
  const known = parseDoi(doi);
  if (!known) throw notFound("DOI");
  const row = await db().publication.findFirst({
    where: { OR: [{ conceptDoi: known }, { versions: { some: { doi: known } } }] },
    include: publicationInclude,
  });
  const publication = row && (await publicationView(row, viewer));
  if (!publication) throw notFound("DOI");
  const { versions } = publication;
  const version =
    publication.conceptDoi === known
      ? (versions.findLast(({ state }) => state === "published") ?? versions.at(-1))
      : versions.find((each) => each.doi === known);
  if (!version) throw notFound("DOI");
  return { publication, version };
}

/**
 * Only which version a DOI means, by the rules of `findByDoi`: one look into the record, for who needs no more. Throws
 * `not_found`.
 */
export async function versionOfDoi(
  doi: string,
): Promise<{ id: string; publicationId: string; state: "published" | "withdrawn" }> {
  const known = parseDoi(doi);
  if (!known) throw notFound("DOI");
  const rows = await db().version.findMany({
    where: {
      state: { in: ["published", "withdrawn"] },
      OR: [{ doi: known }, { publication: { conceptDoi: known } }],
    },
    orderBy: { number: "asc" },
    select: { id: true, publicationId: true, state: true, doi: true },
  });
  const version =
    rows.find((each) => each.doi === known) ??
    rows.findLast(({ state }) => state === "published") ??
    rows.at(-1);
  if (!version) throw notFound("DOI");
  const { id, publicationId } = version;
  return { id, publicationId, state: version.state === "withdrawn" ? "withdrawn" : "published" };
}

/** The files of a version in alphabetical order. Throws `not_found`, `version_withdrawn` (410). */
export async function listFiles(versionId: string, viewer: Viewer): Promise<FileView[]> {
  await readableVersion(versionId, viewer);
  return await filesOf(versionId, db());
}

/** One file of a version, to be streamed: as a whole, or from `start` to `end` (both included). */
export interface OpenedFile {
  file: FileView;
  stream(start?: number, end?: number): Readable;
}

/**
 * Finds a file by its path. `range` is the default of `stream`. Throws `not_found`, `version_withdrawn` (410), and
 * `range_not_satisfiable` (416) for bytes that the file does not have.
 */
export async function openFile(
  versionId: string,
  path: string,
  viewer: Viewer,
  range: { start?: number; end?: number } = {},
): Promise<OpenedFile> {
  await readableVersion(versionId, viewer);
  // A path that PostgreSQL cannot hold cannot be that of a file.
  const row = path.includes("\0")
    ? null
    : await db().file.findUnique({
        where: { versionId_path: { versionId, path: path.normalize("NFC") } },
      });
  if (!row) throw notFound("file");
  const file: FileView = {
    path: row.path,
    size: Number(row.size),
    sha256: row.sha256,
    mediaType: row.mediaType,
    executable: row.executable,
  };
  return {
    file,
    stream(start = range.start, end = range.end) {
      if (start === undefined && end === undefined) return openBlob(file.sha256);
      const from = start ?? 0;
      const to = Math.min(end ?? file.size - 1, file.size - 1);
      if (!(from >= 0 && from <= to)) {
        throw new ColophonError("range_not_satisfiable", 416, "The file has no such bytes.", {
          hint: `It has ${file.size} bytes.`,
          details: { size: file.size },
        });
      }
      return openBlob(file.sha256, { start: from, end: to });
    },
  };
}

/** The figure of a card by its hash, if it is that of a version which the viewer may see. Throws `not_found`. */
export async function openFigure(
  sha256: string,
  viewer: Viewer,
): Promise<{ mediaType: string; size: number; stream(): Readable }> {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw notFound("figure");
  const [blob, versions] = await Promise.all([
    db().blob.findUnique({ where: { sha256 } }),
    db().version.findMany({
      where: { figureSha256: sha256 },
      include: { publication: { select: { ownerId: true } } },
      orderBy: { state: "desc" },
      take: 100,
    }),
  ]);
  const visible = versions.some(
    (version) => version.state === "published" || mayEdit(version.publication, viewer),
  );
  if (!blob || !visible) throw notFound("figure");
  return { mediaType: figureMediaType, size: Number(blob.size), stream: () => openBlob(sha256) };
}
