import type { Viewer } from "#lib/accounts/index.ts";
import { config } from "#lib/config.ts";
import { db } from "#lib/db/index.ts";
import { ColophonError } from "#lib/errors.ts";
import { publishEvent } from "#lib/events/index.ts";
import { findSession } from "./access.ts";
import type { SessionView } from "./types.ts";
import { viewById } from "./view.ts";

/** However often it is extended, a session lasts at most this many times the configured maximum. */
const longest = 3;

/** Gives a ready session its maximum time anew, and counts as activity. Throws `cannot_extend` (409). */
export async function extendSession(id: string, viewer: Viewer): Promise<SessionView> {
  const session = await findSession(id, viewer);
  if (session.state !== "ready" || !session.readyAt || !session.expiresAt) {
    throw new ColophonError("cannot_extend", 409, "This session is not running.");
  }
  const maxMs = config().session.maxSeconds * 1000;
  const latest = session.readyAt.getTime() + longest * maxMs;
  const expiresAt = new Date(Math.min(Date.now() + maxMs, latest));
  const gainedMs = expiresAt.getTime() - session.expiresAt.getTime();
  if (expiresAt.getTime() === latest && gainedMs < 1_000) {
    throw new ColophonError("cannot_extend", 409, "This session cannot get more time.", {
      hint: "Save it as a fork and start that: everything you changed goes with it.",
    });
  }
  await db().session.updateMany({
    where: { id, state: "ready" },
    data: { lastActivityAt: new Date(), expiresAt },
  });
  await publishEvent(`session:${id}`, { state: "ready" });
  return await viewById(id);
}
