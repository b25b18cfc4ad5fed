import { db } from "#lib/db/index.ts";
import { beginEnd } from "./end-session.ts";
import { liveStates } from "./state.ts";

/** Ends every live session of a person, whose logins were taken back. Gives how many. */
export async function endSessionsOf(userId: string): Promise<number> {
  const live = await db().session.findMany({ where: { userId, state: { in: [...liveStates] } } });
  const ended = await Promise.all(live.map((session) => beginEnd(session, "login")));
  return ended.filter(Boolean).length;
}
