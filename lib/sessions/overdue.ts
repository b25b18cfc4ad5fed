import { setTimeout as delay } from "node:timers/promises";
import { config } from "#lib/config.ts";
import { db, type Session } from "#lib/db/index.ts";
import { messageOf } from "#lib/errors.ts";
import { logger } from "#lib/log.ts";
import { followClock } from "./clock.ts";
import { beginEnd, type EndReason } from "./end-session.ts";
import { shortName } from "./state.ts";
import { endingOf } from "./warning.ts";

const lookAtLeastEveryMs = 15_000;

const log = () => logger("reaper");

/** Makes a session stop for that reason, unless it does so already. */
export async function endFor(session: Session, reason: EndReason): Promise<void> {
  if (await beginEnd(session, reason)) {
    log().info({ session: shortName(session.id), reason }, "session is ended");
  }
}

/** Ends the ready sessions whose time is up, idle or not. Gives when the next one's is; null where none is ready. */
export async function endOverdue(): Promise<Date | null> {
  await followClock();
  const ready = await db().session.findMany({ where: { state: "ready" } });
  let next: Date | null = null;
  for (const session of ready) {
    const ending = endingOf(session);
    if (!ending) continue;
    if (ending.endsAt.getTime() <= Date.now()) await endFor(session, ending.endsBecause);
    else if (next === null || ending.endsAt < next) next = ending.endsAt;
  }
  return next;
}

/**
 * Ends sessions when they were told that they would end, until `signal` aborts: it sleeps until the soonest end. A
 * session that becomes ready meanwhile ends no sooner than the shortest limit from then.
 */
export async function watchEnds(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const { idleSeconds, maxSeconds } = config().session;
    let wait = Math.min(lookAtLeastEveryMs, idleSeconds * 1000, maxSeconds * 1000);
    try {
      const next = await endOverdue();
      if (next) wait = Math.min(wait, Math.max(20, next.getTime() - Date.now()));
    } catch (error) {
      log().warn({ reason: messageOf(error) }, "ends of sessions could not be looked at");
    }
    // Only `signal` cuts the wait short, and the loop looks at it next.
    await delay(wait, undefined, { signal }).catch(() => undefined);
  }
}
