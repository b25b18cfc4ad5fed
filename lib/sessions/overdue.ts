import { setTimeout as delay } from "node:timers/promises";
import { config } from "#lib/config.ts";
import { db, type Session } from "#lib/db/index.ts";
import { messageOf } from "#lib/errors.ts";
import { logger } from "#lib/log.ts";
import { followClock } from "./clock.ts";
import { beginEnd, type EndReason } from "./end-session.ts";
import { noteComputing } from "./note-computing.ts";
import { shortName } from "./state.ts";
import { endingOf, type SessionEnding } from "./warning.ts";

const lookAtLeastEveryMs = 15_000;

const log = () => logger("reaper");

/** Makes a session stop for that reason, unless it does so already. */
export async function endFor(session: Session, reason: EndReason): Promise<void> {
  if (await beginEnd(session, reason)) {
    log().info({ session: shortName(session.id), reason }, "session is ended");
  }
}

/**
 * Ends the ready sessions whose time is up, idle or not. Gives when one is to be looked at next; null where none is
 * ready.
 */
export async function endOverdue(): Promise<Date | null> {
  await followClock();
  const ready = await db().session.findMany({ where: { state: "ready" } });
  const next = (await Promise.all(ready.map(lookAt))).filter((date) => date !== null);
  return next.length > 0 ? new Date(Math.min(...next.map((date) => date.getTime()))) : null;
}

/** Ends a session whose time is up. Gives when it is to be looked at again. */
async function lookAt(session: Session): Promise<Date | null> {
  let ending = endingOf(session);
  // From the moment that its person would be warned, the session itself is asked whether it is idle.
  if (ending?.endsBecause === "idle" && askFrom(ending) <= Date.now()) {
    ending = endingOf({ ...session, lastActivityAt: await noteComputing(session) });
  }
  if (!ending) return null;
  const { endsAt, endsBecause } = ending;
  if (endsAt.getTime() <= Date.now()) {
    await endFor(session, endsBecause);
    return null;
  }
  const asksAt = askFrom(ending);
  return endsBecause === "idle" && asksAt > Date.now() ? new Date(asksAt) : endsAt;
}

/** A moment before the warning, which is then never shown for what is in use. */
function askFrom({ warnFrom }: SessionEnding): number {
  return warnFrom.getTime() - 1_000;
}

/**
 * Ends sessions when they were told that they would end, until `signal` aborts: it sleeps until the soonest end, or
 * until one has to be asked whether it is idle. A session that becomes ready meanwhile ends no sooner than the shortest limit from then.
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
