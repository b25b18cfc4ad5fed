import { createReadStream } from "node:fs";
import { lstat } from "node:fs/promises";
import path from "node:path";
import { canonicalPath } from "#lib/archive/index.ts";
import { isColophonError, isEnoent } from "#lib/errors.ts";
import { baseTree } from "./base-tree.ts";
import { regularFiles } from "./layer.ts";
import { litter } from "./litter.ts";
import { readWorkspace } from "./read-workspace.ts";

/** A file of a workspace, changed or not. `content` must be read before the next one is asked for. */
export interface WholeFile {
  path: string;
  /** What a session did to it; null: it is as published. */
  change: "new" | "changed" | null;
  size: number;
  executable: boolean;
  content: () => AsyncIterable<Uint8Array>;
}

/** A name as an archive may carry it to any machine; null for one that could lead elsewhere there. */
function safeName(name: string): string | null {
  try {
    return canonicalPath(name);
  } catch (error) {
    if (isColophonError(error)) return null;
    throw error;
  }
}

interface Asked {
  /** Also the files that nobody changed. */
  unchanged: boolean;
  /** Told of each entry that is left out: a link, a device, a name that other machines could misread. */
  leftOut?: (path: string) => void;
}

/**
 * The files of a workspace as its sessions see them, what they leave behind for themselves excepted. Reads on while a
 * session is at work in it.
 */
export async function* workspaceFiles(
  id: string,
  versionId: string,
  { unchanged, leftOut = () => undefined }: Asked,
): AsyncGenerator<WholeFile> {
  const lower = await baseTree(id, versionId);
  const read = await readWorkspace(id, versionId);
  if (read === null) {
    if (unchanged) yield* published(lower, "");
    return;
  }
  const whole: string[] = [];
  try {
    for await (const file of read.files((folder) => whole.push(folder))) {
      const name = safeName(file.path);
      if (litter.test(file.path)) continue;
      if (name === null || (file.changed && file.content === null)) {
        leftOut(file.path);
        continue;
      }
      if (!file.changed) {
        if (unchanged) yield* publishedFile(lower, file.path, name);
        continue;
      }
      const { size, executable, content } = file;
      if (content === null) continue;
      const change = (await isIn(lower, file.path)) ? "changed" : "new";
      yield { path: name, change, size, executable, content };
    }
  } finally {
    await read.close();
  }
  if (unchanged) for (const folder of whole) yield* published(lower, folder);
}

async function* published(lower: string, folder: string): AsyncGenerator<WholeFile> {
  for await (const inside of regularFiles(path.join(lower, folder))) {
    const file = folder === "" ? inside : `${folder}/${inside}`;
    if (!litter.test(file)) yield* publishedFile(lower, file, file);
  }
}

async function* publishedFile(
  lower: string,
  file: string,
  name: string,
): AsyncGenerator<WholeFile> {
  const source = path.join(lower, file);
  const stat = await lstat(source);
  yield {
    path: name,
    change: null,
    size: stat.size,
    executable: (stat.mode & 0o100) !== 0,
    content: () => createReadStream(source),
  };
}

async function isIn(lower: string, file: string): Promise<boolean> {
  try {
    return (await lstat(path.join(lower, file))).isFile();
  } catch (error) {
    // Where a session has put a folder in a file's place, there is nothing below that file.
    const isBelowFile = error instanceof Error && "code" in error && error.code === "ENOTDIR";
    if (isEnoent(error) || isBelowFile) return false;
    throw error;
  }
}
