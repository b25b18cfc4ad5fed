import type { Viewer } from "#lib/accounts/index.ts";
import { config } from "#lib/config.ts";
import { db } from "#lib/db/index.ts";
import { ColophonError } from "#lib/errors.ts";
import { publishEvent } from "#lib/events/index.ts";
import { findSession } from "./access.ts";
import type { SessionView } from "./types.ts";
import { viewById } from "./view.ts";
import { endingOf, latestEnd } from "./warning.ts";

/** Gives a ready session its maximum time anew, and counts as activity. Throws `cannot_extend` (409). */
export async function extendSession(id: string, viewer: Viewer): Promise<SessionView> {
  const session = await findSession(id, viewer);
  const ending = endingOf(session);
  if (!ending || !session.readyAt || !session.expiresAt) {
    throw new ColophonError("cannot_extend", 409, "This session is not running.");
  }
  if (!ending.canExtend) {
    throw new ColophonError("cannot_extend", 409, "This session cannot get more time.", {
      hint: "Everything in it is kept when it ends: you can resume it then, or save it as a fork.",
    });
  }
  const anew = Date.now() + config().session.maxSeconds * 1000;
  const latest = latestEnd(session.readyAt).getTime();
  const expiresAt = new Date(Math.max(session.expiresAt.getTime(), Math.min(anew, latest)));
  const { count } = await db().session.updateMany({
    where: { id, state: "ready" },
    data: { lastActivityAt: new Date(), expiresAt },
  });
  // It came to its end at this very moment.
  if (count === 0) throw new ColophonError("cannot_extend", 409, "This session is not running.");
  await publishEvent(`session:${id}`, { state: "ready" });
  return await viewById(id);
}
