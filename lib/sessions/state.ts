import {
  type Database,
  db,
  guardedTransition,
  type Prisma,
  type TransitionTable,
} from "#lib/db/index.ts";
import { publishEvent } from "#lib/events/index.ts";
import { logger } from "#lib/log.ts";
import type { SessionState } from "./types.ts";

/** The states of a session, and what may follow each. */
export const sessionTransitions: TransitionTable<SessionState> = {
  queued: ["starting", "ended", "failed"],
  starting: ["ready", "stopping", "failed"],
  ready: ["stopping"],
  stopping: ["ended", "failed"],
  ended: [],
  failed: [],
};

/** States in which a session holds a place on the engine. */
export const placeStates = ["starting", "ready", "stopping"] as const satisfies SessionState[];

/** States in which a session has not come to its end. */
export const liveStates = ["queued", ...placeStates] as const satisfies SessionState[];

/** Woken whenever a session ends, so that those who wait for a free place look again. */
export const placesTopic = "sessions:places";

/** The only way in which a session's state changes. Throws `illegal_transition`. */
export async function changeSessionState(
  id: string,
  to: SessionState,
  data: Omit<Prisma.SessionUncheckedUpdateManyInput, "state"> = {},
  database: Database = db(),
): Promise<void> {
  const isOver = to === "ended" || to === "failed";
  await guardedTransition("session", sessionTransitions, to, (from) =>
    database.session.updateMany({
      where: { id, state: { in: from } },
      // Where it came from is known only as long as quotas need it.
      data: { ...data, state: to, ...(isOver ? { clientAddress: null } : {}) },
    }),
  );
  logger("sessions").info({ session: shortName(id), state: to }, "session state");
  await publishEvent(`session:${id}`, { state: to }, database);
  if (isOver) await publishEvent(placesTopic, null, database);
}

/** Enough of an id to follow a session in the log; the whole of it can be a capability. */
export function shortName(id: string): string {
  return id.slice(0, 8);
}
