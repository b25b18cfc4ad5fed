import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { db } from "#lib/db/index.ts";
import { isEnoent } from "#lib/errors.ts";
import { type Hashed, hashToFile, type StreamBounds, tooLarge } from "./hash-to-file.ts";
import { blobPath, fileMode, handOver, makeFolder } from "./locations.ts";
import { openStaging } from "./staging.ts";

/** Up to here a file is held in memory first: many small ones then cost one write each, and doubles none. */
const smallBytes = 128 * 1024;
/** From here on bytes that the store has already are dropped at once, not only at the commit. */
const largeBytes = 8 * 1024 * 1024;
/** Files synced at once. The journal of the file system groups what arrives together. */
const syncsAtOnce = 32;

/**
 * Files on their way into the blob store. Nothing that a stage writes is visible to anyone before `commit`, which
 * puts all of it in place; `discard` leaves the disk as it was. So a refused bundle never touches what is shared.
 */
export interface Stage {
  /** A folder for whatever else the ingest needs for a while; goes with the stage. */
  directory: string;
  /** Writes a stream, bounded; gives its hash and size. */
  write(source: AsyncIterable<Uint8Array>, bounds: StreamBounds): Promise<Hashed>;
  /** Where the bytes of something written here can be read before and after the commit. */
  locate(sha256: string): string;
  /** Syncs and puts in place everything written; the blobs' rows exist first. Gives the hashes that the store did not have. */
  commit(): Promise<Set<string>>;
  /** Removes everything that was not committed. To be called in any case. */
  discard(): Promise<void>;
}

/** Opens a stage in a folder of its own. */
export async function openStage(): Promise<Stage> {
  const directory = await openStaging();
  /** Hash → size, and whether the bytes lie in this stage. */
  const written = new Map<string, { size: number; staged: boolean }>();
  let counter = 0;

  const staged = (sha256: string) => path.join(directory, sha256);

  const keepSmall = async (bytes: Buffer): Promise<Hashed> => {
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    if (!written.has(sha256)) {
      written.set(sha256, { size: bytes.byteLength, staged: true });
      await writeNew(staged(sha256), (handle) => handle.writeFile(bytes));
    }
    return { sha256, size: bytes.byteLength };
  };

  const keepLarge = async (
    source: AsyncIterable<Uint8Array>,
    bounds: StreamBounds,
  ): Promise<Hashed> => {
    counter += 1;
    const temporary = path.join(directory, `part-${counter}`);
    const hashed = await writeNew(temporary, (handle) => hashToFile(source, handle, bounds));
    const { sha256, size } = hashed;
    if (written.has(sha256)) {
      await rm(temporary);
    } else if (size >= largeBytes && (await touchStored(sha256))) {
      written.set(sha256, { size, staged: false });
      await rm(temporary);
    } else {
      await rename(temporary, staged(sha256));
      written.set(sha256, { size, staged: true });
    }
    return hashed;
  };

  return {
    directory,
    async write(source, bounds) {
      const iterator = source[Symbol.asyncIterator]();
      const head: Uint8Array[] = [];
      let size = 0;
      try {
        while (size <= smallBytes) {
          const next = await iterator.next();
          bounds.signal?.throwIfAborted();
          if (next.done) return await keepSmall(Buffer.concat(head));
          head.push(next.value);
          size += next.value.byteLength;
          if (size > bounds.maxBytes) throw tooLarge(bounds.maxBytes);
        }
        return await keepLarge(chain(head, iterator), bounds);
      } catch (error) {
        // Lets go of a source that nobody reads to its end.
        await iterator.return?.();
        throw error;
      }
    },
    locate: (sha256) => (written.get(sha256)?.staged ? staged(sha256) : blobPath(sha256)),
    async commit() {
      const fresh = await commitFiles(written, staged);
      for (const entry of written.values()) entry.staged = false;
      return fresh;
    },
    discard: () => rm(directory, { recursive: true, force: true }),
  };
}

async function* chain(
  head: Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* head;
  yield* { [Symbol.asyncIterator]: () => rest };
}

async function writeNew<T>(file: string, fill: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(file, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    const result = await fill(handle);
    await handOver(handle, fileMode());
    return result;
  } finally {
    await handle.close();
  }
}

/**
 * Notes that bytes which the store has are wanted again, so that the collector leaves them alone. False when
 * they are not there.
 */
async function touchStored(sha256: string): Promise<boolean> {
  if (!(await isStored(sha256))) return false;
  const { count } = await db().blob.updateMany({
    where: { sha256 },
    data: { touchedAt: new Date() },
  });
  return count > 0 && (await isStored(sha256));
}

async function isStored(sha256: string): Promise<boolean> {
  try {
    await stat(blobPath(sha256));
    return true;
  } catch (error) {
    if (isEnoent(error)) return false;
    throw error;
  }
}

async function syncPath(target: string): Promise<void> {
  const handle = await open(target, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Does something for each of many, a bounded number at once. The first failure ends it. */
export async function forEachAtOnce<T>(
  items: Iterable<T>,
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.iterator]();
  const lane = async () => {
    for (let next = iterator.next(); !next.done; next = iterator.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

// Rows before files: whoever collects unused blobs looks at rows under a lock, so that a row touched just now
// protects the file that is about to be put beside it. A row whose file never came is referred to by nothing.
async function commitFiles(
  written: Map<string, { size: number; staged: boolean }>,
  staged: (sha256: string) => string,
): Promise<Set<string>> {
  const fresh = new Set<string>();
  if (written.size === 0) return fresh;
  const waiting = [...written].filter(([, entry]) => entry.staged).map(([sha256]) => sha256);
  const missing: string[] = [];
  await upsertRows(written);
  await forEachAtOnce(waiting, syncsAtOnce, async (sha256) => {
    if (!(await isStored(sha256))) missing.push(sha256);
  });
  await forEachAtOnce(missing, syncsAtOnce, (sha256) => syncPath(staged(sha256)));
  const folders = new Set(missing.map((sha256) => path.dirname(blobPath(sha256))));
  const parents = new Set<string>();
  await forEachAtOnce(folders, syncsAtOnce, async (folder) => {
    if (await isFolder(folder)) return;
    await makeFolder(folder);
    parents.add(path.dirname(folder)).add(path.dirname(path.dirname(folder)));
  });
  await forEachAtOnce(missing, syncsAtOnce, async (sha256) => {
    await rename(staged(sha256), blobPath(sha256));
    fresh.add(sha256);
  });
  await forEachAtOnce([...folders, ...parents], syncsAtOnce, syncPath);
  return fresh;
}

async function isFolder(folder: string): Promise<boolean> {
  try {
    return (await stat(folder)).isDirectory();
  } catch (error) {
    if (isEnoent(error)) return false;
    throw error;
  }
}

async function upsertRows(written: Map<string, { size: number }>): Promise<void> {
  // In one order everywhere, so that two ingests of the same files never wait for each other in a circle.
  const rows = [...written].sort(([a], [b]) => (a < b ? -1 : 1));
  const hashes = rows.map(([sha256]) => sha256);
  const sizes = rows.map(([, { size }]) => BigInt(size));
  await db().$executeRaw`
    INSERT INTO "Blob" ("sha256", "size")
    SELECT * FROM unnest(${hashes}::text[], ${sizes}::bigint[])
    ON CONFLICT ("sha256") DO UPDATE SET "touchedAt" = CURRENT_TIMESTAMP`;
}
