import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { messageOf } from "#lib/errors.ts";
import { logger } from "#lib/log.ts";
import { workspaceDirectory } from "./workspace-folder.ts";

const run = promisify(execFile);

/**
 * Has everything that was written to a workspace brought to the disk, so that a power cut after a session's end takes
 * nothing of it. Where that cannot be done the system does it by itself, somewhat later.
 */
export async function syncWorkspace(id: string): Promise<void> {
  try {
    // One call for the whole file system (syncfs): a workspace can hold more files than can be opened one by one.
    await run("sync", ["--file-system", workspaceDirectory(id)], { timeout: 60_000 });
  } catch (error) {
    logger("sessions").warn({ workspace: id, reason: messageOf(error) }, "workspace not synced");
  }
}
