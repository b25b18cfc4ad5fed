import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { chmod, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { config } from "#lib/config.ts";
import { isSessionId } from "./identifiers.ts";

/** The user that every session runs as, inside its container. */
export const sessionUser = { uid: 1000, gid: 1000 } as const;

/** Whether we may give files away and mount things. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Names this installation among others on the same engine: 8 hex digits of the hash of its data folder. */
export function installation(): string {
  return createHash("sha256").update(config().dataDirectory).digest("hex").slice(0, 8);
}

/**
 * Where servers' sockets live. A unix socket's path is limited to 108 bytes, so this is not in the data
 * folder. Only we can enter it; what is in it may be open to a session's user.
 */
export function runDirectory(): string {
  const parent = isRoot() ? "/run" : realpathSync(tmpdir());
  return path.join(parent, `colophon-${installation()}`);
}

/** The folder of one session in the run directory, made if it is not there. */
export async function makeSocketDirectory(sessionId: string): Promise<string> {
  await mkdir(runDirectory(), { recursive: true, mode: 0o700 });
  await chmod(runDirectory(), 0o700);
  const directory = socketDirectory(sessionId);
  await mkdir(directory, { recursive: true });
  // The session's user makes the socket in here; afterwards the folder is sealed (see readiness.ts).
  await chmod(directory, 0o777);
  return directory;
}

/** Where a session's socket is. */
export function socketDirectory(sessionId: string): string {
  if (!isSessionId(sessionId)) throw new Error("not a session id");
  return path.join(runDirectory(), sessionId);
}

export const socketName = "jupyter.sock";
