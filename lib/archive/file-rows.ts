import type { Database } from "#lib/db/index.ts";
import { mediaTypeOf } from "./media-types.ts";
import type { FileView } from "./types.ts";

/** Adds rows for files whose blobs are in place, in one statement however many they are. */
export async function insertFiles(
  versionId: string,
  files: Pick<FileView, "path" | "sha256" | "size" | "executable">[],
  tx: Database,
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO "File" ("versionId", "path", "sha256", "size", "mediaType", "executable")
    SELECT ${versionId}, * FROM unnest(
      ${files.map((file) => file.path)}::text[],
      ${files.map((file) => file.sha256)}::text[],
      ${files.map((file) => BigInt(file.size))}::bigint[],
      ${files.map((file) => mediaTypeOf(file.path))}::text[],
      ${files.map((file) => file.executable)}::boolean[])`;
}

/** Gives a version the files of another; no byte is copied. */
export async function copyFiles(
  fromVersionId: string,
  toVersionId: string,
  tx: Database,
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO "File" ("versionId", "path", "sha256", "size", "mediaType", "executable")
    SELECT ${toVersionId}, "path", "sha256", "size", "mediaType", "executable"
    FROM "File" WHERE "versionId" = ${fromVersionId}`;
}

/** The files of a version in their order, which is that of their UTF-16 code units. */
export async function filesOf(versionId: string, database: Database): Promise<FileView[]> {
  const rows = await database.file.findMany({ where: { versionId } });
  const files = rows.map(({ path, sha256, size, mediaType, executable }) => ({
    path,
    size: Number(size),
    sha256,
    mediaType,
    executable,
  }));
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Lets nobody else change this version's files or metadata until the transaction ends. */
export async function lockVersion(versionId: string, tx: Database): Promise<void> {
  await tx.$executeRaw`SELECT 1 FROM "Version" WHERE "id" = ${versionId} FOR UPDATE`;
}

/** Lets nobody else add versions to this publication, or change which is its newest, until the transaction ends. */
export async function lockPublication(publicationId: string, tx: Database): Promise<void> {
  await tx.$executeRaw`SELECT 1 FROM "Publication" WHERE "id" = ${publicationId} FOR UPDATE`;
}
