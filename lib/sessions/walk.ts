import { constants } from "node:fs";
import { type FileHandle, open, readdir } from "node:fs/promises";
import { isEnoent } from "#lib/errors.ts";

const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK } = constants;

/** One entry of a tree that a stranger may be changing while we look. */
export interface WalkedFile {
  /** Relative, with forward slashes. */
  path: string;
  kind: "file" | "other";
  /** Whether the writable layer holds it; always so where none was given. */
  changed: boolean;
  size: number;
  executable: boolean;
  /** Open for reading until the walk goes on; null unless a changed file. */
  handle: FileHandle | null;
}

// Every step starts at an open folder, never at a path that could lead elsewhere by the time it is used.
const inside = (folder: FileHandle, name: string) => `/proc/self/fd/${folder.fd}/${name}`;

async function openFolder(path: string): Promise<FileHandle> {
  return await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
}

/** Gives null where there is no such folder, or where something else stands in its place. */
async function openFolderInside(folder: FileHandle, name: string): Promise<FileHandle | null> {
  try {
    return await openFolder(inside(folder, name));
  } catch (error) {
    if (isEnoent(error) || codeOf(error) === "ENOTDIR" || codeOf(error) === "ELOOP") return null;
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

/**
 * Every file below `root`, in no order, without ever following a link out of it (Linux only). `upper`, the
 * writable layer of which `root` is the merged view, tells what was changed: folders that it lacks are
 * given to `wholeFolder` unread.
 */
export async function* walkFiles(
  root: string,
  upper: string | undefined,
  wholeFolder: (path: string) => void,
): AsyncGenerator<WalkedFile> {
  const folder = await openFolder(root);
  const layer = upper === undefined ? undefined : await openFolder(upper);
  try {
    yield* walkFolder(folder, layer, "", wholeFolder);
  } finally {
    await folder.close();
    await layer?.close();
  }
}

async function* walkFolder(
  folder: FileHandle,
  layer: FileHandle | undefined,
  prefix: string,
  wholeFolder: (path: string) => void,
): AsyncGenerator<WalkedFile> {
  const names = layer ? new Set(await readdir(inside(layer, "."))) : undefined;
  for (const entry of await readdir(inside(folder, "."), { withFileTypes: true })) {
    const path = prefix + entry.name;
    const changed = names?.has(entry.name) ?? true;
    if (entry.isDirectory()) {
      if (!changed) {
        wholeFolder(path);
        continue;
      }
      const child = await openFolderInside(folder, entry.name);
      if (!child) continue;
      const childLayer = layer && (await openFolderInside(layer, entry.name));
      try {
        if (layer && !childLayer) wholeFolder(path);
        else yield* walkFolder(child, childLayer ?? undefined, `${path}/`, wholeFolder);
      } finally {
        await child.close();
        await childLayer?.close();
      }
    } else if (entry.isFile()) {
      yield* walkFile(folder, entry.name, path, changed);
    } else {
      yield { path, kind: "other", changed, size: 0, executable: false, handle: null };
    }
  }
}

async function* walkFile(
  folder: FileHandle,
  name: string,
  path: string,
  changed: boolean,
): AsyncGenerator<WalkedFile> {
  let handle: FileHandle;
  try {
    // Not blocking: a pipe put in the file's place must not hold us up.
    handle = await open(inside(folder, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if (isEnoent(error)) return;
    if (codeOf(error) !== "ELOOP" && codeOf(error) !== "ENXIO" && codeOf(error) !== "EACCES")
      throw error;
    yield { path, kind: "other", changed, size: 0, executable: false, handle: null };
    return;
  }
  try {
    const stat = await handle.stat();
    const kind = stat.isFile() ? "file" : "other";
    const executable = (stat.mode & 0o100) !== 0;
    yield { path, kind, changed, size: stat.size, executable, handle };
  } finally {
    await handle.close();
  }
}

/** Bytes of the files below a folder, those excepted whose path has `except` in it. */
export async function measure(root: string, except: RegExp): Promise<bigint> {
  let total = 0n;
  for await (const file of walkFiles(root, undefined, () => undefined)) {
    if (!except.test(file.path)) total += BigInt(file.size);
  }
  return total;
}
