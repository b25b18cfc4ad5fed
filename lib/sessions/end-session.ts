import type { Viewer } from "#lib/accounts/index.ts";
import { db, type Session } from "#lib/db/index.ts";
import { isColophonError } from "#lib/errors.ts";
import { enqueue } from "#lib/jobs/index.ts";
import { findSession } from "./access.ts";
import { keepWorkspace } from "./keep-workspace.ts";
import { changeSessionState } from "./state.ts";
import type { SessionView } from "./types.ts";
import { viewById } from "./view.ts";

/** Why a session ended, as it is recorded. */
export type EndReason =
  | "user"
  | "idle"
  | "expired"
  | "crashed"
  | "oom"
  | "full"
  | "shutdown"
  | "operator"
  | "login";

/** Ends a session of the viewer's; its workspace is kept for a while. Ending an ended one is no error. */
export async function endSession(
  id: string,
  viewer: Viewer,
  reason: EndReason = "user",
): Promise<SessionView> {
  const session = await findSession(id, viewer);
  await beginEnd(session, reason);
  return await viewById(id);
}

/** Makes a live session stop. Gives false when it does so already or has ended. */
export async function beginEnd(session: Session, reason: EndReason): Promise<boolean> {
  if (session.state === "queued" && (await leaveQueue(session, reason))) return true;
  return await unlessIllegal(
    db().$transaction(async (tx) => {
      await changeSessionState(session.id, "stopping", { endReason: reason }, tx);
      await enqueue("end-session", { sessionId: session.id, reason }, { database: tx });
    }),
  );
}

async function leaveQueue(session: Session, reason: EndReason): Promise<boolean> {
  const left = await unlessIllegal(
    changeSessionState(session.id, "ended", { endReason: reason, endedAt: new Date() }),
  );
  if (left) await keepWorkspace(session.workspaceId);
  return left;
}

async function unlessIllegal(change: Promise<unknown>): Promise<boolean> {
  try {
    await change;
    return true;
  } catch (error) {
    if (isColophonError(error) && error.code === "illegal_transition") return false;
    throw error;
  }
}
