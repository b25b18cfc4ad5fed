import { execFile } from "node:child_process";
import { statfs } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { config } from "#lib/config.ts";
import { db, type Session } from "#lib/db/index.ts";
import { messageOf } from "#lib/errors.ts";
import { publishEvent } from "#lib/events/index.ts";
import { logger } from "#lib/log.ts";
import { beginEnd } from "./end-session.ts";
import { tellFull } from "./server-calls.ts";
import { StoredAddress } from "./session-address.ts";
import { shortName } from "./state.ts";
import { streamedSize } from "./streamed-size.ts";
import { workspaceMode } from "./workspace.ts";
import { workspaceDirectory } from "./workspace-folder.ts";

const run = promisify(execFile);

const turnMs = 1_000;
/** Who has just got their session is left alone with the machine. */
const afterReadyMs = 2_500;
const longestMs = 60_000;
/** A measurement may take this part of the time between two. */
const effort = 0.05;
/** Below this much free space on the data folder's disk, nobody's workspace may grow: the database is there too. */
const reserveBytes = 512 * 1024 ** 2;

/** What is known of a live session's workspace since it was measured last. */
interface Watched {
  size: number;
  /** Free bytes of the disk at that moment. */
  free: number;
  dueAt: number;
  /** What its server was told; null: that there is room. */
  told: string | null;
}

/**
 * Keeps workspaces of live sessions within COLOPHON_SESSION_DISK, until `signal` aborts. When one is larger, the person
 * is told and its server lets nothing grow (see workspace_limit.py) until something was deleted; nothing that is there is
 * ever touched. One that grows on all the same is ended, with its files kept.
 *
 * Measured from outside with du, which works on any file system and needs no privilege inside; from inside where files are
 * streamed, as nobody else has them. Not a quota of the
 * file system: few data folders are on one that has project quotas switched on. Nor a disk image for each workspace,
 * which would cost a mount more and fixes its size for good. Nor remounting read-only, which fails while any file is open for writing.
 */
export async function watchQuotas(signal: AbortSignal): Promise<void> {
  const watched = new Map<string, Watched>();
  while (!signal.aborted) {
    try {
      await turn(watched);
    } catch (error) {
      logger("quota").warn({ reason: messageOf(error) }, "workspaces could not be measured");
    }
    await delay(turnMs, undefined, { signal }).catch(() => undefined);
  }
}

async function turn(watched: Map<string, Watched>): Promise<void> {
  const live = await db().session.findMany({ where: { state: "ready" } });
  const ids = new Set(live.map(({ id }) => id));
  for (const id of watched.keys()) if (!ids.has(id)) watched.delete(id);
  if (live.length === 0) return;
  const free = await freeBytes();
  for (const session of live) {
    const known = watched.get(session.id);
    if (known ? !isDue(known, free) : isFresh(session) && free >= reserveBytes) continue;
    watched.set(session.id, await look(session, known, free));
  }
}

function isFresh({ readyAt }: Session): boolean {
  return readyAt !== null && Date.now() - readyAt.getTime() < afterReadyMs;
}

/** Sooner than planned when the disk has lost half of what this workspace has left: it may have been this one. */
function isDue({ dueAt, size, free }: Watched, freeNow: number): boolean {
  const room = Math.max(config().session.disk - size, 0);
  return Date.now() >= dueAt || free - freeNow > room / 2 || freeNow < reserveBytes;
}

async function look(session: Session, known: Watched | undefined, free: number): Promise<Watched> {
  const began = performance.now();
  const size = await occupied(session, known?.size ?? 0);
  const took = performance.now() - began;
  const { disk } = config().session;
  const isNear = size > disk * 0.8;
  const next = Math.min(Math.max(took / effort, isNear ? turnMs : 5_000), longestMs);
  const message = whyFull(size, free);
  const told = await tell(session, known?.told, message);
  if (known === undefined || known.size !== size || known.told !== told) {
    await note(session, size, message !== null);
  }
  if (size > disk * 1.25 + 64 * 1024 ** 2 && (await beginEnd(session, "full"))) {
    logger("quota").warn(
      { session: shortName(session.id), size },
      "workspace grows past its limit",
    );
  }
  return { size, free, dueAt: Date.now() + next, told };
}

function whyFull(size: number, free: number): string | null {
  const { disk } = config().session;
  if (size > disk) {
    return `This session's files are full: ${inWords(size)} changed or new, of at most ${inWords(disk)}. Nothing is lost. Delete files to be able to write again.`;
  }
  if (free < reserveBytes) {
    return "The disk of this site is full. Nothing is lost, but nothing more can be written; tell whoever runs the site.";
  }
  return null;
}

function inWords(bytes: number): string {
  const units = ["kB", "MB", "GB", "TB"];
  let value = bytes / 1024;
  while (value >= 1024 && units.length > 1) {
    value /= 1024;
    units.shift();
  }
  return `${value >= 10 ? Math.round(value) : value.toFixed(1)} ${units[0]}`;
}

/** Gives what the server knows now. One that cannot be told is tried again at the next measurement. */
async function tell(
  session: Session,
  known: string | null | undefined,
  message: string | null,
): Promise<string | null> {
  const isNews = message === null ? known !== undefined && known !== null : !known;
  if (!isNews) return known ?? null;
  try {
    const address = StoredAddress.parse(session.address);
    await tellFull(session, address, message, AbortSignal.timeout(5_000));
    return message;
  } catch (error) {
    const reason = messageOf(error);
    logger("quota").warn({ session: shortName(session.id), reason }, "server cannot be told");
    return known ?? null;
  }
}

async function note(session: Session, size: number, isFull: boolean): Promise<void> {
  const { fullAt } = await db().workspace.findUniqueOrThrow({
    where: { id: session.workspaceId },
    select: { fullAt: true },
  });
  await db().workspace.update({
    where: { id: session.workspaceId },
    data: { sizeBytes: BigInt(size), fullAt: isFull ? (fullAt ?? new Date()) : null },
  });
  if ((fullAt !== null) !== isFull) await publishEvent(`session:${session.id}`, { full: isFull });
}

/** Bytes of what was changed: on the disk of the layer that holds it, or as the server says where it holds them itself. */
async function occupied(session: Session, before: number): Promise<number> {
  const { workspaceId } = session;
  if ((await workspaceMode(workspaceId)) === "stream") {
    try {
      return await streamedSize(session);
    } catch (error) {
      const reason = messageOf(error);
      logger("quota").warn({ session: shortName(session.id), reason }, "server cannot be measured");
      return before;
    }
  }
  const upper = path.join(workspaceDirectory(workspaceId), "upper");
  return Number.parseInt(await diskUsage(upper), 10) * 1024 || 0;
}

/** du's answer: kibibytes and the folder. It complains, and counts on, where files vanish or are not ours to read. */
async function diskUsage(folder: string): Promise<string> {
  try {
    return (await run("du", ["-skx", "--", folder], { timeout: 120_000 })).stdout;
  } catch (error) {
    const stdout = error instanceof Error && "stdout" in error ? error.stdout : "";
    return typeof stdout === "string" ? stdout : "";
  }
}

async function freeBytes(): Promise<number> {
  const { bavail, bsize } = await statfs(config().dataDirectory);
  return bavail * bsize;
}
