import type { Readable } from "node:stream";
import { headers } from "next/headers";
import { cache } from "react";
import type { Viewer } from "#lib/accounts/index.ts";
import { currentUser, viewerOf } from "#lib/accounts/index.ts";
import { openFile } from "#lib/archive/index.ts";
import { expectedBuildSeconds } from "#lib/environments/index.ts";
import { type NotebookReading, readNotebook } from "#lib/notebooks/index.ts";

/** Who looks at the page: asked once a request. */
export const viewer = cache(async (): Promise<Viewer> => viewerOf(await headers()));

/** The signed-in person, or null: asked once a request. */
export const user = cache(async () => currentUser(await headers()));

/** Seconds that preparing an environment usually takes here, or null: asked once a request. */
export const usualBuild = cache(expectedBuildSeconds);

/** Larger notebooks are not rendered, only offered for download. */
export const notebookLimit = 64 * 1024 ** 2;

/** A notebook file of a version, read. */
export interface ReadNotebook {
  sha256: string;
  size: number;
  /** Null where the file is larger than `notebookLimit`. */
  reading: NotebookReading | null;
}

/** Parsed notebooks by the hash of their bytes: a page and its pictures read the same one many times. */
const parsed = new Map<string, { reading: NotebookReading; size: number }>();
const cacheLimit = 96 * 1024 ** 2;

function remember(sha256: string, reading: NotebookReading, size: number): void {
  parsed.set(sha256, { reading, size });
  let total = 0;
  for (const entry of parsed.values()) total += entry.size;
  for (const [oldest, entry] of parsed) {
    if (total <= cacheLimit || oldest === sha256) break;
    parsed.delete(oldest);
    total -= entry.size;
  }
}

async function bytesOf(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** Reads a notebook of a version that the viewer may see. Throws ColophonError `not_found` as openFile does. */
export async function readVersionNotebook(
  versionId: string,
  path: string,
  asker: Viewer,
): Promise<ReadNotebook> {
  const { file, stream } = await openFile(versionId, path, asker);
  const { sha256, size } = file;
  if (size > notebookLimit) return { sha256, size, reading: null };
  const known = parsed.get(sha256);
  if (known) {
    parsed.delete(sha256);
    parsed.set(sha256, known);
    return { sha256, size, reading: known.reading };
  }
  const reading = readNotebook(await bytesOf(stream()));
  remember(sha256, reading, size);
  return { sha256, size, reading };
}

/** The first `bytes` of a file from `start`, as bytes. */
export async function readPart(
  versionId: string,
  path: string,
  asker: Viewer,
  start: number,
  bytes: number,
): Promise<Buffer> {
  const { file, stream } = await openFile(versionId, path, asker);
  const end = Math.min(file.size, start + bytes) - 1;
  return end < start ? Buffer.alloc(0) : bytesOf(stream(start, end));
}
