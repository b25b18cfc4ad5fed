import { config } from "#lib/config.ts";
import type { Session } from "#lib/db/index.ts";

/** However often it is extended, a session lasts at most this many times the configured maximum. */
const longest = 3;

const warnAtMostMs = 5 * 60_000;

type Clocks = Pick<Session, "state" | "readyAt" | "lastActivityAt" | "expiresAt">;

/** When a session ends by itself, why, from when its person is warned, and whether they can have more time. */
export interface SessionEnding {
  endsAt: Date;
  endsBecause: "idle" | "expired";
  warnFrom: Date;
  canExtend: boolean;
}

/** The end that a ready session comes to unless somebody acts; null for one that is not ready. */
export function endingOf({
  state,
  readyAt,
  lastActivityAt,
  expiresAt,
}: Clocks): SessionEnding | null {
  if (state !== "ready" || !readyAt || !expiresAt) return null;
  const { idleSeconds, maxSeconds } = config().session;
  const idleAt = lastActivityAt.getTime() + idleSeconds * 1000;
  const isIdle = idleAt < expiresAt.getTime();
  const endsAt = isIdle ? idleAt : expiresAt.getTime();
  // Where limits are short, a third of them is the most that can be spent on warning.
  const lead = Math.min(warnAtMostMs, ((isIdle ? idleSeconds : maxSeconds) * 1000) / 3);
  return {
    endsAt: new Date(endsAt),
    endsBecause: isIdle ? "idle" : "expired",
    warnFrom: new Date(endsAt - lead),
    canExtend: isIdle || latestEnd(readyAt).getTime() - expiresAt.getTime() >= 1_000,
  };
}

/** The end beyond which a session that became ready then is not extended. */
export function latestEnd(readyAt: Date): Date {
  return new Date(readyAt.getTime() + longest * config().session.maxSeconds * 1000);
}
