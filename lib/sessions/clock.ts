import { readFile } from "node:fs/promises";
import { uptime } from "node:os";
import { z } from "zod";
import { db } from "#lib/db/index.ts";
import { isEnoent } from "#lib/errors.ts";
import { logger } from "#lib/log.ts";

/** Smaller steps are corrections of the clock that no limit of a session would notice. */
const jumpMs = 60_000;
/** What was written within this time before the jump was noticed already has the new time. */
const freshMs = 60_000;
const settingKey = "clock";
const clockLock = 7_301_425;

/** The two clocks of a machine: the one that people set, and the one that only ever goes on. */
export interface Clocks {
  now: () => number;
  /** Milliseconds since the machine was started. */
  steady: () => number;
  /** Tells one start of the machine from another. */
  boot: () => Promise<string>;
}

const machine: Clocks = {
  now: () => Date.now(),
  steady: () => uptime() * 1000,
  boot: readBootId,
};

// As the Linux kernel gives it; where there is none, every start looks like the same.
async function readBootId(): Promise<string> {
  try {
    return (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
  } catch (error) {
    if (isEnoent(error)) return "";
    throw error;
  }
}

const Noted = z.object({ boot: z.string(), startedAt: z.number() });

let seen: number | undefined;

/**
 * Notices when the machine's clock was set forwards or backwards, and moves the times of running sessions and kept
 * workspaces along: what counts is how long something lasted, not what the clock said. Gives by how many
 * milliseconds it moved them.
 */
export async function followClock(clocks: Clocks = machine): Promise<number> {
  const startedAt = clocks.now() - clocks.steady();
  if (seen !== undefined && Math.abs(startedAt - seen) < jumpMs) return 0;
  const boot = await clocks.boot();
  const moved = await db().$transaction(async (tx) => {
    // Of several workers one moves the times.
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${clockLock})`;
    const setting = await tx.setting.findUnique({ where: { key: settingKey } });
    const noted = Noted.safeParse(setting?.value);
    const isSameBoot = noted.success && noted.data.boot === boot;
    const byMs = isSameBoot ? Math.round(startedAt - noted.data.startedAt) : 0;
    const isJump = Math.abs(byMs) >= jumpMs;
    if (isSameBoot && !isJump) return 0;
    const value = { boot, startedAt };
    await tx.setting.upsert({
      where: { key: settingKey },
      create: { key: settingKey, value },
      update: { value },
    });
    if (!isJump) return 0;
    const now = new Date(clocks.now());
    const fresh = new Date(now.getTime() - freshMs);
    await tx.$executeRaw`
      UPDATE "Session" SET
        "lastActivityAt" = CASE WHEN "lastActivityAt" BETWEEN ${fresh} AND ${now} THEN "lastActivityAt"
                                ELSE "lastActivityAt" + ${byMs} * interval '1 millisecond' END,
        "readyAt" = "readyAt" + ${byMs} * interval '1 millisecond',
        "expiresAt" = "expiresAt" + ${byMs} * interval '1 millisecond'
      WHERE state = 'ready' AND NOT ("readyAt" BETWEEN ${fresh} AND ${now})`;
    await tx.$executeRaw`
      UPDATE "Workspace" SET "expiresAt" = "expiresAt" + ${byMs} * interval '1 millisecond'
      WHERE "expiresAt" IS NOT NULL`;
    return byMs;
  });
  seen = startedAt;
  if (moved) logger("reaper").warn({ byMs: moved }, "the clock was set: times are moved along");
  return moved;
}
