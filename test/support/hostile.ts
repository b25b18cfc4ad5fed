import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { expect } from "vitest";
import { everythingIn } from "./disk.ts";
import { notebook, somebody } from "./papers.ts";
import type { TarPart } from "./tar.ts";
import type { ZipPart } from "./zip.ts";

/** What makes an archive bad, the code and status of the refusal, and the bytes. */
export type HostileCase = [string, string, number, () => Buffer];

/** Low enough to be reached in a test. For before the configuration is read. */
export function lowLimits(): void {
  process.env.COLOPHON_UPLOAD_MAX = "400m";
  process.env.COLOPHON_ENTRIES_MAX = "2000";
}

/** Sends an archive; gives how it was answered. Nothing may be left behind: on disk or in the database. */
export async function send(body: Buffer | Readable, mediaType: string, dataDirectory: string) {
  const { createFromArchive } = await import("#lib/archive/index.ts");
  const viewer = await somebody();
  const before = await footprint(dataDirectory);
  const stream = body instanceof Readable ? body : Readable.from([body]);
  const answer = await createFromArchive({ viewer, body: stream, mediaType }).then(
    () => ({ code: "accepted", status: 201 }),
    (error: { code: string; status: number; message: string; hint?: string }) => error,
  );
  expect(await footprint(dataDirectory)).toEqual(before);
  return answer;
}

async function footprint(dataDirectory: string) {
  const { db } = await import("#lib/db/index.ts");
  const files = await everythingIn(dataDirectory);
  return {
    files: files.filter((each) => each !== "blobs" && each !== "blobs/tmp"),
    publications: await db().publication.count(),
    versions: await db().version.count(),
    rows: await db().file.count(),
    blobs: await db().blob.count(),
  };
}

/** An entry that there is nothing wrong with. */
export const good: ZipPart & TarPart = {
  name: "p/paper.ipynb",
  content: notebook(randomBytes(4).toString("hex")),
};

/** As many small files. */
export function many(count: number): { name: string; content: string }[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `p/${index}`,
    content: String(index),
  }));
}
