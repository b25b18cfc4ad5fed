import type { Readable } from "node:stream";
import { ZipArchive } from "archiver";
import type { Viewer } from "#lib/accounts/index.ts";
import { db } from "#lib/db/index.ts";
import { readableVersion } from "./access.ts";
import { filesOf } from "./file-rows.ts";
import { blobPath } from "./locations.ts";
import { isCompressed } from "./media-types.ts";

/**
 * A version as a zip, streamed: one folder `slug-vN` with its files in alphabetical order and nothing else. The same
 * version gives the same bytes each time. Throws `not_found`, `version_withdrawn` (410).
 */
export async function exportZip(
  versionId: string,
  viewer: Viewer,
): Promise<{ fileName: string; stream: Readable }> {
  const version = await readableVersion(versionId, viewer);
  const files = await filesOf(versionId, db());
  const folder = `${version.publication.slug}-v${version.number}`;
  const date = version.publishedAt ?? version.updatedAt;
  // One status call at a time keeps the entries in the order in which they are added.
  const archive = new ZipArchive({ zlib: { level: 6 }, statConcurrency: 1 });
  archive.on("warning", (error) => archive.destroy(error));
  for (const file of files) {
    archive.file(blobPath(file.sha256), {
      name: `${folder}/${file.path}`,
      date,
      mode: file.executable ? 0o755 : 0o644,
      store: isCompressed(file.mediaType),
    } as Parameters<typeof archive.file>[1]);
  }
  archive.finalize().catch((error: Error) => archive.destroy(error));
  return { fileName: `${folder}.zip`, stream: archive };
}
