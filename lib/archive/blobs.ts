import { createReadStream } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import { db } from "#lib/db/index.ts";
import { ColophonError, isEnoent } from "#lib/errors.ts";
import { blobPath, blobsDirectory } from "./locations.ts";
import { openStage } from "./stage.ts";

/** Reading is fastest in pieces of this size. */
const readBytes = 1024 * 1024;

export interface StoredBlob {
  sha256: string;
  size: number;
  /** The store had these bytes already. */
  deduplicated: boolean;
}

/**
 * Stores a stream once under its SHA-256: written to a temporary file while hashed, synced, renamed into place,
 * noted in the database. Nothing is visible or left behind unless all of it arrived.
 * Throws `archive_too_large` (413), `hash_mismatch` (422) when `expectedSha256` is not what came.
 */
export async function putBlob(
  source: Readable | AsyncIterable<Uint8Array>,
  options: { maxBytes: number; signal?: AbortSignal; expectedSha256?: string },
): Promise<StoredBlob> {
  const stage = await openStage();
  try {
    const { sha256, size } = await stage.write(source, options);
    if (options.expectedSha256 !== undefined && options.expectedSha256 !== sha256) {
      throw new ColophonError(
        "hash_mismatch",
        422,
        "The bytes that arrived have another SHA-256.",
        {
          hint: "Send the file again.",
          details: { expected: options.expectedSha256, received: sha256 },
        },
      );
    }
    const fresh = await stage.commit();
    return { sha256, size, deduplicated: !fresh.has(sha256) };
  } finally {
    await stage.discard();
  }
}

/** A blob's bytes, or those from `start` to `end` (both counted from 0, `end` included). Flat in memory. */
export function openBlob(sha256: string, range: { start?: number; end?: number } = {}): Readable {
  return createReadStream(blobPath(sha256), { ...range, highWaterMark: readBytes });
}

/** The whole of a small blob. Throws `file_too_large` (413) beyond `maxBytes`. */
export async function readBlob(sha256: string, maxBytes: number): Promise<Buffer> {
  const { size } = await stat(blobPath(sha256));
  if (size > maxBytes) throw new ColophonError("file_too_large", 413, "This file is too large.");
  const chunks: Buffer[] = [];
  for await (const chunk of openBlob(sha256)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/**
 * Removes blobs that no file and no card refers to and that nobody stored for `olderThanMs`. The rows are locked
 * while their files go: whoever stores the same bytes meanwhile waits and puts them back. Gives what it freed.
 */
export async function collectBlobs(
  olderThanMs = 24 * 3600_000,
): Promise<{ blobs: number; bytes: number }> {
  const before = new Date(Date.now() - olderThanMs);
  let blobs = 0;
  let bytes = 0;
  for (;;) {
    const rows = await db().$transaction(async (tx) => {
      const unused = await tx.$queryRaw<{ sha256: string; size: bigint }[]>`
        DELETE FROM "Blob" WHERE "sha256" IN (
          SELECT b."sha256" FROM "Blob" b
          WHERE b."touchedAt" < ${before}
            AND NOT EXISTS (SELECT 1 FROM "File" f WHERE f."sha256" = b."sha256")
            AND NOT EXISTS (SELECT 1 FROM "Version" v WHERE v."figureSha256" = b."sha256")
          ORDER BY b."sha256" LIMIT 500 FOR UPDATE SKIP LOCKED)
        RETURNING "sha256", "size"`;
      for (const { sha256 } of unused) await rm(blobPath(sha256), { force: true });
      return unused;
    });
    if (rows.length === 0) return { blobs, bytes };
    blobs += rows.length;
    for (const row of rows) bytes += Number(row.size);
  }
}

/**
 * Removes files of the blob store that have no row: a crash came between putting them in place and now, or the
 * database is an older copy. Only files older than `olderThanMs`. Gives how many.
 */
export async function collectStrays(olderThanMs = 24 * 3600_000): Promise<number> {
  let removed = 0;
  for (const first of await foldersIn(blobsDirectory())) {
    for (const second of await foldersIn(path.join(blobsDirectory(), first))) {
      const folder = path.join(blobsDirectory(), first, second);
      const names = (await readdir(folder)).filter((name) => /^[0-9a-f]{64}$/.test(name));
      const known = await db().blob.findMany({
        where: { sha256: { in: names } },
        select: { sha256: true },
      });
      const rows = new Set(known.map((row) => row.sha256));
      for (const name of names.filter((each) => !rows.has(each))) {
        const file = path.join(folder, name);
        if (Date.now() - (await stat(file)).mtimeMs < olderThanMs) continue;
        await rm(file, { force: true });
        removed += 1;
      }
    }
  }
  return removed;
}

async function foldersIn(directory: string): Promise<string[]> {
  try {
    return (await readdir(directory)).filter((name) => /^[0-9a-f]{2}$/.test(name));
  } catch (error) {
    if (isEnoent(error)) return [];
    throw error;
  }
}
