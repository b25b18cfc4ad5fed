import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { ColophonError } from "#lib/errors.ts";

/** Bytes gathered before one write: large enough that system calls do not count, small enough to stay in cache. */
const batchBytes = 1024 * 1024;
/** Bytes after which the kernel is told to begin writing back, so that the final fsync has little left to do. */
const writeBackBytes = 64 * 1024 * 1024;

export interface Hashed {
  sha256: string;
  size: number;
}

/** What a stream may bring. */
export interface StreamBounds {
  maxBytes: number;
  signal?: AbortSignal | undefined;
}

/** The one answer for anything larger than we take. */
export function tooLarge(maxBytes: number): ColophonError {
  return new ColophonError(
    "archive_too_large",
    413,
    `This is larger than ${readableSize(maxBytes)}, the most that is taken here.`,
    { hint: "Leave out what can be computed again, or ask the operator for a higher limit." },
  );
}

function readableSize(bytes: number): string {
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1);
  return `${Math.round((bytes / 1024 ** power) * 10) / 10} ${units[power]}`;
}

async function writeAll(handle: FileHandle, chunks: Uint8Array[], bytes: number): Promise<void> {
  const { bytesWritten } = await handle.writev(chunks);
  if (bytesWritten === bytes) return;
  // A short write happens on a full disk or a signal: go on after what was taken.
  const rest = Buffer.concat(chunks).subarray(bytesWritten);
  await handle.writeFile(rest);
}

/**
 * Writes a stream to an open, empty file while hashing it: one batch is written by the thread pool as the next is
 * read and hashed. Memory is a few batches whatever the size. Gives SHA-256 and size; does not fsync.
 * Throws `archive_too_large` (413), and whatever the source or the disk throws.
 */
export async function hashToFile(
  source: AsyncIterable<Uint8Array>,
  handle: FileHandle,
  { maxBytes, signal }: StreamBounds,
): Promise<Hashed> {
  const hash = createHash("sha256");
  let size = 0;
  let sinceWriteBack = 0;
  let batch: Uint8Array[] = [];
  let batched = 0;
  let writing: Promise<void> = Promise.resolve();
  let writingBack: Promise<void> = Promise.resolve();

  const flush = async () => {
    const chunks = batch;
    const bytes = batched;
    batch = [];
    batched = 0;
    await writing;
    writing = writeAll(handle, chunks, bytes);
    // Its failure is met at the next `await writing`; until then it must not count as unhandled.
    writing.catch(() => undefined);
    for (const chunk of chunks) hash.update(chunk);
    sinceWriteBack += bytes;
    if (sinceWriteBack >= writeBackBytes) {
      sinceWriteBack = 0;
      await writing;
      await writingBack;
      writingBack = handle.datasync();
      writingBack.catch(() => undefined);
    }
  };

  try {
    for await (const chunk of source) {
      signal?.throwIfAborted();
      size += chunk.byteLength;
      if (size > maxBytes) throw tooLarge(maxBytes);
      batch.push(chunk);
      batched += chunk.byteLength;
      if (batched >= batchBytes || batch.length >= 512) await flush();
    }
    signal?.throwIfAborted();
    if (batched > 0) await flush();
    await writing;
    await writingBack;
  } catch (error) {
    // The handle is closed next: nothing may still be using it.
    await Promise.allSettled([writing, writingBack]);
    throw error;
  }
  return { sha256: hash.digest("hex"), size };
}
