import { db, type Session } from "#lib/db/index.ts";
import { messageOf } from "#lib/errors.ts";
import { publishEvent } from "#lib/events/index.ts";
import { logger } from "#lib/log.ts";
import { lastComputed } from "./server-calls.ts";
import { StoredAddress } from "./session-address.ts";
import { shortName } from "./state.ts";

const answersWithinMs = 5_000;

/**
 * Asks a ready session's server whether a kernel computes, which nobody else sees once the browser is closed, and counts
 * that as use. Gives when the session was used last. One that does not answer is as idle as it seemed.
 */
export async function noteComputing(session: Session): Promise<Date> {
  const { id, lastActivityAt } = session;
  const address = StoredAddress.safeParse(session.address);
  if (!address.success) return lastActivityAt;
  let at: Date | null;
  try {
    at = await lastComputed(session, address.data, AbortSignal.timeout(answersWithinMs));
  } catch (error) {
    logger("reaper").warn(
      { session: shortName(id), reason: messageOf(error) },
      "server does not say whether it computes",
    );
    return lastActivityAt;
  }
  if (at === null || at <= lastActivityAt) return lastActivityAt;
  const { count } = await db().session.updateMany({
    where: { id, state: "ready", lastActivityAt: { lt: at } },
    data: { lastActivityAt: at },
  });
  // Its page counts the time that is left.
  if (count > 0) await publishEvent(`session:${id}`, { state: "ready" });
  return at;
}
