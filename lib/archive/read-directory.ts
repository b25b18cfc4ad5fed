import { constants } from "node:fs";
import { lstat, open, opendir, readlink } from "node:fs/promises";
import path from "node:path";
import { ColophonError, isEnoent } from "#lib/errors.ts";
import type { Intake } from "./intake.ts";
import { device } from "./refusals.ts";

const readBytes = 1024 * 1024;

/** Takes every file below a folder of this machine into the intake. Links are noted, never followed. */
export async function readDirectory(directory: string, intake: Intake): Promise<void> {
  try {
    await walk(directory, "", intake);
  } catch (error) {
    if (
      !isEnoent(error) &&
      !(error instanceof Error && "code" in error && error.code === "ENOTDIR")
    )
      throw error;
    throw new ColophonError(
      "folder_missing",
      422,
      "There is no such folder, or it changed while it was read.",
      {
        cause: error,
      },
    );
  }
}

async function walk(root: string, folder: string, intake: Intake): Promise<void> {
  const names: string[] = [];
  for await (const entry of await opendir(path.join(root, folder))) names.push(entry.name);
  for (const name of names.sort()) {
    intake.signal?.throwIfAborted();
    const relative = folder === "" ? name : `${folder}/${name}`;
    const admitted = intake.admit(relative);
    if (admitted === null) continue;
    const full = path.join(root, relative);
    const status = await lstat(full);
    if (status.isDirectory()) {
      intake.addFolder(admitted);
      await walk(root, relative, intake);
    } else if (status.isSymbolicLink()) {
      intake.addLink(admitted, await readlink(full));
    } else if (status.isFile()) {
      await intake.addFile(admitted, chunksOf(full), (status.mode & 0o111) !== 0);
    } else {
      throw device(relative);
    }
  }
}

// Opened so that what was a file a moment ago is not followed as a link now.
async function* chunksOf(file: string): AsyncGenerator<Uint8Array> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const status = await handle.stat();
    if (!status.isFile()) throw device(file);
    // A buffer of the file's own size: with thousands of small files large ones cost more than the reading.
    const size = Math.min(Math.max(status.size + 1, 4_096), readBytes);
    for (;;) {
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafeSlow(size), 0, size);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}
