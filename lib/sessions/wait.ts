import { config } from "#lib/config.ts";
import { type Database, db, type Session } from "#lib/db/index.ts";
import { placeStates } from "./state.ts";

// Those who still wait for their image do not hold up those behind them.
function ahead(session: Session) {
  return {
    state: "queued" as const,
    environment: { imageId: { not: null } },
    OR: [
      { createdAt: { lt: session.createdAt } },
      { createdAt: session.createdAt, id: { lt: session.id } },
    ],
  };
}

/** How many must leave or start before this queued session gets a place; 0: there is one now. */
export async function waitingBefore(session: Session, database: Database = db()): Promise<number> {
  const taken = await database.session.count({ where: { state: { in: [...placeStates] } } });
  const before = await database.session.count({ where: ahead(session) });
  return Math.max(0, taken + before - config().session.limit + 1);
}

/** What a queued session waits for, for a person. */
export async function readableWait(
  session: Session & { version: { environmentKey: string | null } },
): Promise<string> {
  const environment = session.environmentKey
    ? await db().environment.findUnique({ where: { key: session.environmentKey } })
    : null;
  if (!environment?.imageId) {
    return session.buildId ? "Building the environment" : "Looking for the environment's image";
  }
  const before = await waitingBefore(session);
  if (before === 0) return "About to start";
  return `Waiting for a free place (${before - 1} before you)`;
}
