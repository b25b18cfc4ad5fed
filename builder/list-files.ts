import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { BuilderError } from "./error.ts";

/** One regular file of the bundle, not yet read. */
export interface ListedFile {
  /** Relative, with forward slashes. */
  path: string;
  size: number;
  executable: boolean;
}

const MAX_ENTRIES = 200_000;
const MAX_DEPTH = 40;
const IGNORED_DIRECTORIES = new Set([
  ".git",
  ".hg",
  ".svn",
  ".colophon",
  ".ipynb_checkpoints",
  "__pycache__",
  ".venv",
  "node_modules",
]);

/**
 * Lists the regular files below `dir`, sorted by path. Links are not followed and not listed, so nothing outside of
 * `dir` can enter a build; version control, caches and virtual environments are left out.
 */
export async function listFiles(dir: string): Promise<ListedFile[]> {
  const files: ListedFile[] = [];
  const folders: { path: string; depth: number }[] = [{ path: "", depth: 0 }];
  let seen = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await readdir(join(dir, folder.path), { withFileTypes: true })) {
      if (++seen > MAX_ENTRIES) {
        throw new BuilderError(
          "environment_too_large",
          `The folder has more than ${MAX_ENTRIES} entries.`,
          "Pack data that belongs together into fewer files.",
        );
      }
      const path = folder.path === "" ? entry.name : `${folder.path}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!IGNORED_DIRECTORIES.has(entry.name) && folder.depth < MAX_DEPTH) {
          folders.push({ path, depth: folder.depth + 1 });
        }
      } else if (entry.isFile()) {
        const status = await lstat(join(dir, path));
        files.push({ path, size: status.size, executable: (status.mode & 0o100) !== 0 });
      }
    }
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The text of an environment file. Throws a BuilderError that names it when it is too large or not UTF-8. */
export async function readEnvironmentFile(
  dir: string,
  file: ListedFile,
  maxBytes = 256 * 1024,
): Promise<string> {
  if (file.size > maxBytes) {
    throw new BuilderError(
      "invalid_environment_file",
      `${file.path} is ${file.size} bytes; at most ${maxBytes} are read.`,
      "Environment files are short lists; move data elsewhere.",
      { file: file.path },
    );
  }
  await using handle = await open(join(dir, file.path), "r");
  const buffer = Buffer.alloc(maxBytes + 1);
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(buffer.subarray(0, bytesRead));
    return text.replace(/^\uFEFF/, "");
  } catch (error) {
    throw new BuilderError(
      "invalid_environment_file",
      `${file.path} is not UTF-8 text.`,
      "Save the file as UTF-8.",
      { file: file.path, cause: error },
    );
  }
}

/** SHA-256 (hex) of a file's content, streamed. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest("hex");
}
