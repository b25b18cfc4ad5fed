import { createReadStream, createWriteStream } from "node:fs";
import { chmod, lstat, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { extract, type Header, pack } from "tar-stream";
import { z } from "zod";
import { isEnoent } from "#lib/errors.ts";
import { sessionUser } from "./installation.ts";
import { workspaceDirectory } from "./workspace-folder.ts";

/** What a session changed, where files are streamed: kept as plain files and a list of what it deleted. */
export interface Layer {
  /** Absolute path of each changed file by its path in the workspace. */
  files: Map<string, string>;
  /** Paths of files of the version that are gone. */
  deleted: Set<string>;
}

const layerDirectory = (id: string) => path.join(workspaceDirectory(id), "layer");

/** Whether a workspace was streamed out before. */
export async function hasLayer(id: string): Promise<boolean> {
  return (await names(workspaceDirectory(id))).some((name) => name.startsWith("layer"));
}

async function names(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (isEnoent(error)) return [];
    throw error;
  }
}

/** The layer as it was last saved whole; empty for a new workspace. */
export async function readLayer(id: string): Promise<Layer> {
  const directory = layerDirectory(id);
  // A save that was cut short between its two renames has left the former layer aside.
  if (!(await names(workspaceDirectory(id))).includes("layer") && (await hasLayer(id))) {
    const aside = `${directory}.former`;
    if ((await names(path.dirname(aside))).includes(path.basename(aside)))
      await rename(aside, directory);
  }
  const files = new Map<string, string>();
  for await (const file of regularFiles(path.join(directory, "files"))) {
    files.set(file, path.join(directory, "files", file));
  }
  let deleted: string[] = [];
  try {
    const text = await readFile(path.join(directory, "deleted.json"), "utf8");
    deleted = z.array(z.string()).parse(JSON.parse(text));
  } catch (error) {
    if (!isEnoent(error)) throw error;
  }
  return { files, deleted: new Set(deleted) };
}

/** Relative paths of the regular files below a folder of ours; none where it is not there. */
export async function* regularFiles(root: string, prefix = ""): AsyncGenerator<string> {
  for (const name of (await names(path.join(root, prefix))).sort()) {
    const relative = prefix === "" ? name : `${prefix}/${name}`;
    const stat = await lstat(path.join(root, relative));
    if (stat.isDirectory()) yield* regularFiles(root, relative);
    else if (stat.isFile()) yield relative;
  }
}

/** A tar of the tree `lower` with the workspace's layer over it: what the server's root directory shall hold. */
export function layerFiles(id: string, lower: string): Readable {
  const tar = pack();
  const add = async (name: string, file: string) => {
    const stat = await lstat(file);
    const entry = tar.entry({
      name,
      size: stat.size,
      mode: stat.mode & 0o777,
      mtime: stat.mtime,
      uid: sessionUser.uid,
      gid: sessionUser.gid,
    });
    await pipeline(createReadStream(file), entry);
  };
  const fill = async () => {
    const layer = await readLayer(id);
    const folders = new Set<string>();
    const addFolders = (name: string) => {
      for (let at = name.indexOf("/"); at !== -1; at = name.indexOf("/", at + 1)) {
        const folder = name.slice(0, at);
        if (folders.has(folder)) continue;
        folders.add(folder);
        tar.entry({ name: folder, type: "directory", mode: 0o755, ...sessionUser });
      }
    };
    for await (const name of regularFiles(lower)) {
      if (layer.deleted.has(name) || layer.files.has(name)) continue;
      addFolders(name);
      await add(name, path.join(lower, name));
    }
    for (const [name, file] of layer.files) {
      addFolders(name);
      await add(name, file);
    }
    tar.finalize();
  };
  fill().catch((error: Error) => tar.destroy(error));
  return Readable.from(tar);
}

/** A path of a tar entry as one of a workspace, or null where it could lead out of it. */
export function confinedPath(name: string): string | null {
  const parts = name
    .normalize("NFC")
    .split("/")
    .filter((part) => part !== "" && part !== ".");
  const unsafe = parts.some((part) => part === ".." || /[\0\\]/.test(part));
  return parts.length === 0 || unsafe ? null : parts.join("/");
}

/**
 * Saves what a server changed: `archive` is a tar of its root directory. A file counts as unchanged when it
 * has the size and the time with which it was streamed in.
 */
export async function saveLayer(
  id: string,
  lower: string,
  archive: NodeJS.ReadableStream,
): Promise<void> {
  const directory = layerDirectory(id);
  const fresh = `${directory}.fresh`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(path.join(fresh, "files"), { recursive: true });
  const gone = new Set<string>();
  for await (const name of regularFiles(lower)) gone.add(name);

  const reader = extract();
  const keep = async () => {
    for await (const entry of reader) {
      const name = confinedPath(entry.header.name);
      const isFile = entry.header.type === "file" && name !== null;
      const unchanged =
        isFile && gone.delete(name) && (await isUnchanged(path.join(lower, name), entry.header));
      if (!isFile || unchanged) {
        entry.resume();
        continue;
      }
      const target = path.join(fresh, "files", name);
      await mkdir(path.dirname(target), { recursive: true });
      await pipeline(entry, createWriteStream(target));
      await chmod(target, entry.header.mode & 0o100 ? 0o755 : 0o644);
    }
  };
  await Promise.all([pipeline(archive, reader), keep()]);
  await writeFile(path.join(fresh, "deleted.json"), JSON.stringify([...gone]));

  const former = `${directory}.former`;
  await rm(former, { recursive: true, force: true });
  if ((await names(workspaceDirectory(id))).includes("layer")) await rename(directory, former);
  await rename(fresh, directory);
  await rm(former, { recursive: true, force: true });
}

async function isUnchanged(file: string, header: Header): Promise<boolean> {
  const stat = await lstat(file);
  const seconds = (date: Date) => Math.floor(date.getTime() / 1000);
  return stat.size === header.size && seconds(stat.mtime) === seconds(header.mtime);
}
