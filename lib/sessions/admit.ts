import { db, type Session } from "#lib/db/index.ts";
import { changes, publishEvent } from "#lib/events/index.ts";
import { changeSessionState, placeStates, placesTopic } from "./state.ts";
import { waitingBefore } from "./wait.ts";

// One admission at a time, in all processes: the count and the change belong together.
const admissionLock = 7_301_422;

/**
 * Waits for a free place, first come first served, then makes the session `starting`. Gives false when the
 * session was ended meanwhile.
 */
export async function admit(id: string, signal: AbortSignal): Promise<boolean> {
  let told = -1;
  for await (const _ of changes(placesTopic, signal)) {
    const outcome = await db().$transaction(async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(${admissionLock})`;
      const session = await tx.session.findUniqueOrThrow({ where: { id } });
      if (session.state !== "queued") return session.state === "starting";
      const before = await waitingBefore(session, tx);
      if (before > 0 || (await isWorkspaceTaken(session, tx))) return before;
      await changeSessionState(id, "starting", { startedAt: new Date() }, tx);
      return true;
    });
    if (typeof outcome === "boolean") return outcome;
    if (outcome !== told) await publishEvent(`session:${id}`, { state: "queued" });
    told = outcome;
  }
  throw signal.reason;
}

async function isWorkspaceTaken(
  session: Session,
  database: Pick<ReturnType<typeof db>, "session">,
): Promise<boolean> {
  const other = await database.session.findFirst({
    where: {
      workspaceId: session.workspaceId,
      id: { not: session.id },
      state: { in: [...placeStates] },
    },
  });
  return other !== null;
}
