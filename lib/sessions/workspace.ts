import { chmod, chown, mkdir, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { materialiseTree } from "#lib/archive/index.ts";
import { config } from "#lib/config.ts";
import { isEnoent } from "#lib/errors.ts";
import { noteBaseTree } from "./base-tree.ts";
import { engine } from "./engine.ts";
import { isRoot, sessionUser } from "./installation.ts";
import { hasLayer, layerFiles } from "./layer.ts";
import { litter } from "./litter.ts";
import { isMounted, mountOverlay, mountsBelow, unmount } from "./mount.ts";
import type { WorkspaceMount } from "./types.ts";
import { measure } from "./walk.ts";
import { mergedDirectory, workspaceDirectory, workspacesDirectory } from "./workspace-folder.ts";

export type WorkspaceMode = "overlay" | "volume" | "stream";

/** How files reach the sessions of this workspace: as configured, else the best that the engine can do. */
export async function workspaceMode(id: string): Promise<WorkspaceMode> {
  const { workspaceMode: configured } = config();
  if (configured !== "auto") return configured;
  const can = await engine().capabilities();
  // What was once streamed out stays so: its layer has another form.
  if (await hasLayer(id)) return "stream";
  if (can.ownMounts) return "overlay";
  return can.overlayVolumes ? "volume" : "stream";
}

/** Makes a version's files, with this workspace's changes, ready for a server. Mounts once, however often called. */
export async function prepareWorkspace(id: string, versionId: string): Promise<WorkspaceMount> {
  const mode = await workspaceMode(id);
  const lower = await materialiseTree(versionId);
  const directory = workspaceDirectory(id);
  await mkdir(directory, { recursive: true });
  if (mode !== "overlay" || !(await isMounted(mergedDirectory(id)))) await noteBaseTree(id, lower);
  if (mode === "stream") return { kind: "stream", files: () => layerFiles(id, lower) };

  const upper = path.join(directory, "upper");
  const work = path.join(directory, "work");
  for (const folder of [upper, work]) await mkdir(folder, { recursive: true });
  // The root of the merged view takes its owner and mode from here.
  if (isRoot()) await chown(upper, sessionUser.uid, sessionUser.gid);
  else if ((await readdir(upper)).length === 0) await chmod(upper, 0o777);
  if (mode === "volume") return { kind: "overlay", lower, upper, work };

  const merged = mergedDirectory(id);
  await mkdir(merged, { recursive: true });
  if (!(await isMounted(merged))) {
    const base = config().dataDirectory;
    const relative = (folder: string) => path.relative(base, folder);
    await mountOverlay(base, {
      lower: relative(lower),
      upper: relative(upper),
      work: relative(work),
      merged: relative(merged),
    });
  }
  return { kind: "bind", source: merged };
}

/** Lets go of a workspace's mounts once no server uses them. */
export async function releaseWorkspace(id: string): Promise<void> {
  for (const point of await mountsBelow(workspaceDirectory(id))) await unmount(point);
}

/** Bytes that sessions changed, as far as anybody means to keep them. */
export async function workspaceSize(id: string): Promise<bigint> {
  let total = 0n;
  for (const layer of ["upper", "layer"]) {
    try {
      total += await measure(path.join(workspaceDirectory(id), layer), litter);
    } catch (error) {
      if (!isEnoent(error)) throw error;
    }
  }
  return total;
}

/** Deletes a workspace's files. `image`: any image that may run, for files that are a session user's and not ours. */
export async function removeWorkspaceFiles(id: string, image: string | null): Promise<void> {
  await releaseWorkspace(id);
  const directory = workspaceDirectory(id);
  try {
    await rm(directory, { recursive: true, force: true });
  } catch (error) {
    const denied = error instanceof Error && "code" in error && error.code === "EACCES";
    if (!denied || !image) throw error;
    await engine().removeHostFiles(directory, await readdir(directory), image);
    await rm(directory, { recursive: true, force: true });
  }
}

/** Ids of the workspaces that have a folder. */
export async function storedWorkspaces(): Promise<string[]> {
  try {
    const names = await readdir(workspacesDirectory());
    return names.filter((name) => /^[0-9a-f-]{36}$/.test(name));
  } catch (error) {
    if (isEnoent(error)) return [];
    throw error;
  }
}
