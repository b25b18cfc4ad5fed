import type { Viewer } from "#lib/accounts/index.ts";
import { config } from "#lib/config.ts";
import { db, type Session } from "#lib/db/index.ts";
import { isColophonError } from "#lib/errors.ts";
import { enqueue } from "#lib/jobs/index.ts";
import { findSession } from "./access.ts";
import { changeSessionState } from "./state.ts";
import type { SessionView } from "./types.ts";
import { viewById } from "./view.ts";
import { workspaceSize } from "./workspace.ts";

/** Why a session ended, as it is recorded. */
export type EndReason = "user" | "idle" | "expired" | "crashed" | "oom" | "shutdown";

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

/** Notes how large a workspace is and until when it is kept: with its draft, else for some days. */
export async function keepWorkspace(id: string): Promise<void> {
  const { memberDays, visitorDays } = config();
  const workspace = await db().workspace.findUniqueOrThrow({
    where: { id },
    include: { version: { select: { state: true } } },
  });
  const days = workspace.ownerId === null ? visitorDays : memberDays;
  const expiresAt =
    workspace.version.state === "draft" ? null : new Date(Date.now() + days * 24 * 3600 * 1000);
  await db().workspace.update({
    where: { id },
    data: { sizeBytes: await workspaceSize(id), expiresAt },
  });
}
