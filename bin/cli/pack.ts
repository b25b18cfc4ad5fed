import { createReadStream } from "node:fs";
import { lstat, readdir, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { PassThrough, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { pack } from "tar-stream";
import { CommandError } from "./command.ts";

/** Left out wherever they are: histories, caches and installed packages are no part of a paper. */
const leftOut = new Set([
  ".git",
  ".hg",
  ".svn",
  ".DS_Store",
  ".ipynb_checkpoints",
  ".venv",
  "__pycache__",
  "node_modules",
]);

/** One file to be sent. */
export interface PackedFile {
  /** Relative, with forward slashes. */
  path: string;
  source: string;
  size: number;
  executable: boolean;
}

/** What is in a folder: the files to send, and what is left out with the reason. */
export interface Listing {
  files: PackedFile[];
  skipped: { path: string; reason: string }[];
}

function isInside(root: string, file: string): boolean {
  const relative = path.relative(root, file);
  return relative !== "" && !relative.startsWith("..") && !path.isAbsolute(relative);
}

/**
 * Everything under `directory` that is sent, sorted. A link to a file inside is sent as that file; links that
 * lead out, devices and sockets are not sent, and said so.
 */
export async function listDirectory(directory: string): Promise<Listing> {
  const root = await realpath(directory);
  const listing: Listing = { files: [], skipped: [] };
  const visit = async (folder: string): Promise<void> => {
    const names = (await readdir(folder)).sort();
    for (const name of names) {
      if (leftOut.has(name)) continue;
      const source = path.join(folder, name);
      const relative = path.relative(root, source).split(path.sep).join("/");
      const entry = await lstat(source);
      if (entry.isDirectory()) {
        await visit(source);
        continue;
      }
      const isLink = entry.isSymbolicLink();
      const target = isLink ? await realpath(source).catch(() => null) : source;
      if (target === null || (isLink && !isInside(root, target))) {
        listing.skipped.push({
          path: relative,
          reason: "a link that leads nowhere or out of the folder",
        });
        continue;
      }
      const { size, mode, isFile } = await stat(target).then((found) => ({
        size: found.size,
        mode: found.mode,
        isFile: found.isFile(),
      }));
      if (!isFile) {
        listing.skipped.push({ path: relative, reason: "not a file" });
        continue;
      }
      listing.files.push({
        path: relative,
        source: target,
        size,
        executable: (mode & 0o100) !== 0,
      });
    }
  };
  await visit(root);
  return listing;
}

async function* contentOf(
  file: PackedFile,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let read = 0;
  // Never a byte more than was announced, whatever the file has become meanwhile.
  if (file.size > 0) {
    for await (const chunk of createReadStream(file.source, { end: file.size - 1 })) {
      read += chunk.length;
      onBytes(chunk.length);
      yield chunk;
    }
  }
  if (read === file.size) return;
  throw new CommandError(`${file.path} changed while it was being read.`, {
    hint: "Stop what writes to it and publish again.",
  });
}

/**
 * The files as a tar stream, under one folder named `top`, gzipped where the way is longer than this machine.
 * `onBytes` is told of every byte read. A file that changes its size while it is read fails the stream with a
 * CommandError that names it.
 */
export function packFiles(
  files: PackedFile[],
  { top, gzip }: { top: string; gzip: boolean },
  onBytes: (bytes: number) => void,
): Readable {
  const tar = pack();
  const out = new PassThrough();
  const add = async (): Promise<void> => {
    for (const file of files) {
      const entry = tar.entry({
        name: `${top}/${file.path}`,
        size: file.size,
        mode: file.executable ? 0o755 : 0o644,
        mtime: new Date(0),
      });
      await pipeline(contentOf(file, onBytes), entry);
    }
    tar.finalize();
  };
  const fail = (error: unknown) => {
    out.destroy(error instanceof Error ? error : new Error(String(error)));
    tar.destroy();
  };
  (gzip ? pipeline(tar, createGzip({ level: 1 }), out) : pipeline(tar, out)).catch(fail);
  add().catch(fail);
  return out;
}
