import type { Viewer } from "#lib/accounts/index.ts";
import { db, type Session } from "#lib/db/index.ts";
import { ColophonError } from "#lib/errors.ts";
import { findSession, mayUse } from "./access.ts";
import { beginSession } from "./begin.ts";
import { workspaceGone } from "./keep-workspace.ts";
import { getSession } from "./read-session.ts";
import type { SessionView } from "./types.ts";

/**
 * Goes on with what was changed in a session: a new one in the same workspace, for the same file. While one lives in
 * it, gives that one, however often it is asked. One that is still stopping is waited for in the queue. Throws
 * `not_found`, `workspace_gone` (410), `version_withdrawn` (410) and what `beginSession` throws.
 */
export async function resumeSession(
  id: string,
  viewer: Viewer,
  clientAddress: string | null = null,
): Promise<SessionView> {
  const session = await findSession(id, viewer);
  if (session.state === "queued" || session.state === "starting" || session.state === "ready") {
    return await getSession(id, viewer);
  }
  const { version, expiresAt } = await db().workspace.findUniqueOrThrow({
    where: { id: session.workspaceId },
    include: { version: { select: { id: true, publicationId: true, state: true } } },
  });
  if (expiresAt && expiresAt.getTime() <= Date.now()) throw workspaceGone();
  if (version.state === "withdrawn") {
    throw new ColophonError(
      "version_withdrawn",
      410,
      "This version was withdrawn and cannot be run.",
      { hint: "What you changed is kept for a while: download it." },
    );
  }
  const resumed = await beginSession(
    {
      publicationId: version.publicationId,
      versionId: version.id,
      workspaceId: session.workspaceId,
      path: session.path,
      app: session.app ?? undefined,
      clientAddress,
    },
    ownerOf(session, viewer),
  );
  // Another's may live in it: whoever has since made the workspace theirs.
  return await getSession(resumed.id, viewer);
}

/** Whom the new session belongs to: whoever resumes, but an administrator does so for the one whose it was. */
function ownerOf(session: Session, viewer: Viewer): Viewer {
  const isOwn = mayUse(session, { ...viewer, role: null });
  if (isOwn) return viewer;
  return { userId: session.userId, visitorId: session.visitorId, role: viewer.role };
}
