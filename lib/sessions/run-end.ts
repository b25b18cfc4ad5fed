import { db, type Session } from "#lib/db/index.ts";
import { isColophonError, messageOf } from "#lib/errors.ts";
import type { Handler } from "#lib/jobs/index.ts";
import { logger } from "#lib/log.ts";
import { clearAway } from "./clear-away.ts";
import { commitWorkspace } from "./commit.ts";
import { isDraftOfAPerson } from "./drafts.ts";
import { keepWorkspace } from "./keep-workspace.ts";
import { rebaseWorkspace } from "./rebase.ts";
import { changeSessionState, shortName } from "./state.ts";
import { syncWorkspace } from "./sync.ts";
import { noStart } from "./under-way.ts";

/** Stops a session's server and keeps its workspace. May be tried again after dying anywhere. */
export const runEndSession: Handler<"end-session"> = async ({ sessionId }) => {
  await finishSession(sessionId);
};

/** Brings a stopping session to its end. */
export async function finishSession(id: string): Promise<void> {
  const session = await db().session.findUnique({ where: { id } });
  if (session?.state !== "stopping") return;
  await noStart(id);
  await clearAway(session);
  await syncWorkspace(session.workspaceId);
  await takeOver(session);
  await keepWorkspace(session.workspaceId);
  try {
    await changeSessionState(id, "ended", { endedAt: new Date() });
  } catch (error) {
    // Two workers may finish the same one.
    if (!isColophonError(error) || error.code !== "illegal_transition") throw error;
  }
}

/** What was changed in a fork's session becomes part of its draft, for everyone who looks at its page. */
async function takeOver(session: Session): Promise<void> {
  const { id, versionId, workspaceId } = session;
  const version = await db().version.findUniqueOrThrow({ where: { id: versionId } });
  if (!(await isDraftOfAPerson(version))) return;
  try {
    await commitWorkspace(workspaceId);
    // Somebody else may have finished meanwhile, and a new session be at work.
    const now = await db().session.findUnique({ where: { id }, select: { state: true } });
    if (now?.state === "stopping") await rebaseWorkspace(workspaceId, versionId);
  } catch (error) {
    // The layer stays as it is: publishing or saving tries again and says what is wrong.
    logger("sessions").warn(
      { session: shortName(id), reason: messageOf(error) },
      "changes could not be taken over into the draft",
    );
  }
}
