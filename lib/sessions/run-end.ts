import { db } from "#lib/db/index.ts";
import { isColophonError } from "#lib/errors.ts";
import type { Handler } from "#lib/jobs/index.ts";
import { clearAway } from "./clear-away.ts";
import { keepWorkspace } from "./end-session.ts";
import { changeSessionState } from "./state.ts";

/** Stops a session's server and keeps its workspace. May be tried again after dying anywhere. */
export const runEndSession: Handler<"end-session"> = async ({ sessionId }) => {
  await finishSession(sessionId);
};

/** Brings a stopping session to its end. */
export async function finishSession(id: string): Promise<void> {
  const session = await db().session.findUnique({ where: { id } });
  if (session?.state !== "stopping") return;
  await clearAway(session);
  await keepWorkspace(session.workspaceId);
  try {
    await changeSessionState(id, "ended", { endedAt: new Date() });
  } catch (error) {
    // Two workers may finish the same one.
    if (!isColophonError(error) || error.code !== "illegal_transition") throw error;
  }
}
