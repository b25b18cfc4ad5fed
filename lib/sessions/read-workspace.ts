import { createReadStream } from "node:fs";
import { lstat, mkdir, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { extract } from "tar-stream";
import { config } from "#lib/config.ts";
import { db } from "#lib/db/index.ts";
import { isEnoent } from "#lib/errors.ts";
import { baseTree } from "./base-tree.ts";
import { saveStreamed } from "./clear-away.ts";
import { engine } from "./engine.ts";
import { confinedPath, readLayer, regularFiles } from "./layer.ts";
import { isMounted, mountView, unmount } from "./mount.ts";
import { rootDirectory } from "./root-directory.ts";
import { walkFiles } from "./walk.ts";
import { workspaceMode } from "./workspace.ts";
import { mergedDirectory, viewDirectory, workspaceDirectory } from "./workspace-folder.ts";

/** A file of a workspace as a session sees it. `content`: null unless it was changed and can be kept. */
export interface WorkspaceFile {
  path: string;
  changed: boolean;
  size: number;
  executable: boolean;
  content: (() => AsyncIterable<Uint8Array>) | null;
}

export interface WorkspaceReading {
  /** Each file in turn; one must be dealt with before the next. Folders wholly unchanged are only named. */
  files(wholeFolder: (path: string) => void): AsyncIterable<WorkspaceFile>;
  close(): Promise<void>;
}

/** Opens a workspace for reading, whether or not a session is at work in it; null when it was never used. */
export async function readWorkspace(
  id: string,
  versionId: string,
): Promise<WorkspaceReading | null> {
  const session = await db().session.findFirst({ where: { workspaceId: id, state: "ready" } });
  const mode = await workspaceMode(id);
  const lower = await baseTree(id, versionId);
  if (mode === "stream") {
    if (session?.engineRef) await saveStreamed(session, session.engineRef);
    return await readStreamed(id, lower);
  }
  const upper = path.join(workspaceDirectory(id), "upper");
  if (await isMissing(upper)) return null;
  if (mode === "overlay") return await readMounted(id, lower, upper);
  const archive = session?.engineRef
    ? await engine().getFiles(session.engineRef, rootDirectory)
    : await engine().readOverlay({
        kind: "overlay",
        lower,
        upper,
        work: path.join(workspaceDirectory(id), "work"),
      });
  return readArchive(archive, upper);
}

async function isMissing(directory: string): Promise<boolean> {
  try {
    await readdir(directory);
    return false;
  } catch (error) {
    if (isEnoent(error)) return true;
    throw error;
  }
}

async function readMounted(id: string, lower: string, upper: string): Promise<WorkspaceReading> {
  const merged = mergedDirectory(id);
  if (await isMounted(merged)) return walked(merged, upper, async () => undefined);
  const view = viewDirectory(id);
  await mkdir(view);
  const relative = (folder: string) => path.relative(config().dataDirectory, folder);
  await mountView(config().dataDirectory, [relative(upper), relative(lower)], relative(view));
  return walked(view, upper, async () => {
    await unmount(view);
    await rm(view, { recursive: true, force: true });
  });
}

function walked(root: string, upper: string, close: () => Promise<void>): WorkspaceReading {
  return {
    async *files(wholeFolder) {
      for await (const { handle, ...file } of walkFiles(root, upper, wholeFolder)) {
        const content =
          handle && file.kind === "file"
            ? () => handle.createReadStream({ autoClose: false })
            : null;
        yield { ...file, content };
      }
    },
    close,
  };
}

function readArchive(archive: NodeJS.ReadableStream, upper: string): WorkspaceReading {
  return {
    async *files() {
      const reader = extract();
      const reading = pipeline(archive, reader);
      const failed = reading.then(
        () => null,
        (error: Error) => error,
      );
      for await (const entry of reader) {
        const name = confinedPath(entry.header.name);
        if (name !== null && entry.header.type !== "directory") {
          const isFile = entry.header.type === "file";
          yield {
            path: name,
            changed: !(await isUntouched(upper, name)),
            size: entry.header.size,
            executable: (entry.header.mode & 0o100) !== 0,
            content: isFile ? () => Readable.from(entry) : null,
          };
        }
        entry.resume();
      }
      const error = await failed;
      if (error) throw error;
    },
    close: async () => undefined,
  };
}

/** Whether the writable layer surely lacks a file; what we may not look into counts as changed. */
async function isUntouched(upper: string, name: string): Promise<boolean> {
  try {
    await lstat(path.join(upper, name));
    return false;
  } catch (error) {
    return isEnoent(error);
  }
}

async function readStreamed(id: string, lower: string): Promise<WorkspaceReading> {
  const layer = await readLayer(id);
  return {
    async *files() {
      for await (const name of regularFiles(lower)) {
        if (layer.deleted.has(name) || layer.files.has(name)) continue;
        yield { path: name, changed: false, size: 0, executable: false, content: null };
      }
      for (const [name, file] of layer.files) {
        const stat = await lstat(file);
        yield {
          path: name,
          changed: true,
          size: stat.size,
          executable: (stat.mode & 0o100) !== 0,
          content: () => createReadStream(file),
        };
      }
    },
    close: async () => undefined,
  };
}
