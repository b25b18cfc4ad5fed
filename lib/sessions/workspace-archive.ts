import { once } from "node:events";
import { Readable } from "node:stream";
import { ZipArchive } from "archiver";
import type { Viewer } from "#lib/accounts/index.ts";
import { config } from "#lib/config.ts";
import { db } from "#lib/db/index.ts";
import { messageOf } from "#lib/errors.ts";
import { logger } from "#lib/log.ts";
import { findSession } from "./access.ts";
import { workspaceGone } from "./keep-workspace.ts";
import { type WholeFile, workspaceFiles } from "./workspace-files.ts";

/** A file that a session made or changed. */
export interface ChangedFile {
  path: string;
  change: "new" | "changed";
  size: number;
}

const longestList = 200;

/**
 * What was changed in a session, running or ended, by name; at most 200 files. Throws `not_found`,
 * `workspace_gone` (410).
 */
export async function changedFiles(
  id: string,
  viewer: Viewer,
): Promise<{ files: ChangedFile[]; isComplete: boolean }> {
  const { workspaceId, versionId } = await keptWorkspace(id, viewer);
  const files: ChangedFile[] = [];
  for await (const file of workspaceFiles(workspaceId, versionId, { unchanged: false })) {
    if (file.change === null) continue;
    if (files.length === longestList) return { files, isComplete: false };
    files.push({ path: file.path, change: file.change, size: file.size });
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files, isComplete: true };
}

/**
 * The workspace of a session, running or ended, as a zip, streamed: the files as the session sees them. Of a version
 * withdrawn since, only what was changed. What cannot be packed is named in a file of its own. Throws `not_found`,
 * `workspace_gone` (410).
 */
export async function downloadWorkspace(
  id: string,
  viewer: Viewer,
): Promise<{ fileName: string; stream: Readable }> {
  const { workspaceId, versionId, version } = await keptWorkspace(id, viewer);
  const folder = `${version.publication.slug}-session`;
  const archive = new ZipArchive({ zlib: { level: 6 } });
  archive.on("warning", (error) => archive.destroy(error));
  const leftOut: string[] = [];
  const files = workspaceFiles(workspaceId, versionId, {
    unchanged: version.state !== "withdrawn",
    leftOut: (name) => leftOut.push(name),
  });
  pack(archive, files, folder, leftOut).catch((error: Error) => {
    if (!archive.destroyed) logger("sessions").warn({ reason: messageOf(error) }, "no zip");
    archive.destroy(error);
  });
  return { fileName: `${folder}.zip`, stream: archive };
}

async function keptWorkspace(id: string, viewer: Viewer) {
  const session = await findSession(id, viewer);
  const { expiresAt } = await db().workspace.findUniqueOrThrow({
    where: { id: session.workspaceId },
  });
  if (expiresAt && expiresAt.getTime() <= Date.now()) throw workspaceGone();
  const version = await db().version.findUniqueOrThrow({
    where: { id: session.versionId },
    select: { state: true, publication: { select: { slug: true } } },
  });
  return { workspaceId: session.workspaceId, versionId: session.versionId, version };
}

async function pack(
  archive: ZipArchive,
  files: AsyncIterable<WholeFile>,
  folder: string,
  leftOut: string[],
): Promise<void> {
  const gone = new AbortController();
  archive.once("close", () => gone.abort());
  let bytesLeft = config().uploadMax;
  let entriesLeft = config().entriesMax;
  for await (const file of files) {
    if (gone.signal.aborted) return;
    if (file.size > bytesLeft || entriesLeft === 0) {
      leftOut.push(file.path);
      continue;
    }
    bytesLeft -= file.size;
    entriesLeft -= 1;
    // A file is open only until the next one is asked for.
    const packed = once(archive, "entry", { signal: gone.signal });
    archive.append(Readable.from(atMost(file.content(), file.size), { objectMode: false }), {
      name: `${folder}/${file.path}`,
      mode: file.executable ? 0o755 : 0o644,
    });
    await packed;
  }
  if (leftOut.length > 0) {
    const names = leftOut.map((name) => JSON.stringify(name)).join("\n");
    archive.append(`These could not be packed (links, devices, names, size):\n${names}\n`, {
      name: `${folder}/LEFT-OUT.txt`,
    });
  }
  await archive.finalize();
}

/** The first bytes of a file that a session may be writing to without end. */
async function* atMost(
  content: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<Uint8Array> {
  let left = size;
  for await (const chunk of content) {
    yield chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) return;
  }
}
