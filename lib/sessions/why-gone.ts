import { lstat } from "node:fs/promises";
import { uptime } from "node:os";
import path from "node:path";
import type { Session } from "#lib/db/index.ts";
import { isEnoent } from "#lib/errors.ts";
import type { EndReason } from "./end-session.ts";
import { StoredAddress } from "./session-address.ts";
import type { ServerStatus } from "./types.ts";

/** Why a ready session's server runs no more. `status`: what the engine still knows of it. */
export async function whyGone(session: Session, status: ServerStatus | null): Promise<EndReason> {
  if (status?.outOfMemory) return "oom";
  return (await wentWithMachine(session)) ? "shutdown" : "crashed";
}

/**
 * Whether it went down with the machine: that has started since, or the folder of its socket is gone, which nothing else
 * takes away while the session lives.
 */
async function wentWithMachine({ readyAt, address }: Session): Promise<boolean> {
  const startedAt = Date.now() - uptime() * 1000;
  if (readyAt && readyAt.getTime() < startedAt) return true;
  const stored = StoredAddress.safeParse(address);
  if (!stored.success || stored.data.kind !== "unix") return false;
  try {
    await lstat(path.dirname(stored.data.path));
    return false;
  } catch (error) {
    if (isEnoent(error)) return true;
    throw error;
  }
}
