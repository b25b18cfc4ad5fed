import { chmod, mkdir, readdir, rmdir } from "node:fs/promises";
import path from "node:path";
import { isEnoent } from "#lib/errors.ts";
import { isSessionId } from "../identifiers.ts";
import { runDirectory } from "../installation.ts";
import { isMounted, unmount } from "../mount.ts";
import { runMount } from "../mount-helper.ts";

/**
 * Where each slot has the folder that its server sees as its files. It lies beside the run directory, not in it, and
 * nothing here is ever removed with what is below it: that may be somebody's mounted workspace.
 */
export function slotsDirectory(): string {
  return `${runDirectory()}-slots`;
}

/** The folder that a slot's server sees: empty until a workspace is mounted on it. */
export function slotDirectory(id: string): string {
  if (!isSessionId(id)) throw new Error("not a session id");
  return path.join(slotsDirectory(), id);
}

let sharing: Promise<void> | undefined;

/** Makes the folder of a slot, below a mount of which what is mounted later is seen inside running servers. */
export async function makeSlotDirectory(id: string): Promise<string> {
  sharing ??= shareSlotsDirectory().finally(() => {
    sharing = undefined;
  });
  await sharing;
  const directory = slotDirectory(id);
  await mkdir(directory, { recursive: true });
  return directory;
}

async function shareSlotsDirectory(): Promise<void> {
  const root = slotsDirectory();
  await mkdir(root, { recursive: true, mode: 0o700 });
  await chmod(root, 0o700);
  if (await isMounted(root)) return;
  // Private first: else it would share with what lies below it, and everything would be mounted twice.
  await runMount(["mount", "--bind", "--make-private", root, root]);
  await runMount(["mount", "--make-rshared", root]);
}

/** Shows a folder in a slot's, to the server that runs there too. Once, however often called. */
export async function mountOnSlot(id: string, source: string): Promise<void> {
  const target = slotDirectory(id);
  if (await isMounted(target)) return;
  await runMount(["mount", "--bind", source, target]);
}

/** Takes a slot's folder away, with what is mounted on it; whoever has none is no error. */
export async function removeSlotDirectory(id: string): Promise<void> {
  const directory = slotDirectory(id);
  await unmount(directory);
  try {
    await rmdir(directory);
  } catch (error) {
    if (!isEnoent(error)) throw error;
  }
}

/** The ids that have a slot's folder. */
export async function slotDirectories(): Promise<string[]> {
  try {
    return (await readdir(slotsDirectory())).filter(isSessionId);
  } catch (error) {
    if (isEnoent(error)) return [];
    throw error;
  }
}

/** Takes away every slot's folder and their shared mount. */
export async function removeSlotsDirectory(): Promise<void> {
  const root = slotsDirectory();
  for (const id of await slotDirectories()) await removeSlotDirectory(id);
  await unmount(root);
  try {
    await rmdir(root);
  } catch (error) {
    if (!isEnoent(error)) throw error;
  }
}
