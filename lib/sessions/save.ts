import type { Viewer } from "#lib/accounts/index.ts";
import { forkVersion, getPublication, type PublicationView } from "#lib/archive/index.ts";
import { db } from "#lib/db/index.ts";
import { ColophonError } from "#lib/errors.ts";
import { findSession } from "./access.ts";
import { commitWorkspace } from "./commit.ts";
import { workspaceGone } from "./keep-workspace.ts";

/**
 * Keeps what was changed in a session, running or ended, as a fork of the viewer's; the session goes on as
 * that fork's. A session of a fork just has its changes taken over. Throws `sign_in_required` (401): the
 * workspace then stays as it is, with the visitor, who can come back for it.
 */
export async function saveSessionAsFork(id: string, viewer: Viewer): Promise<PublicationView> {
  const session = await findSession(id, viewer);
  if (viewer.userId === null) {
    throw new ColophonError(
      "sign_in_required",
      401,
      "Sign in to keep this as a fork of your own.",
      {
        hint: "Nothing is lost meanwhile: sign in here and save again.",
      },
    );
  }
  const version = await db().version.findUniqueOrThrow({
    where: { id: session.versionId },
    include: { publication: true },
  });
  if (version.state === "draft" && version.publication.ownerId === viewer.userId) {
    await commitWorkspace(session.workspaceId);
    return await getPublication(version.publicationId, viewer);
  }
  const workspace = await db().workspace.findUniqueOrThrow({ where: { id: session.workspaceId } });
  if (workspace.expiresAt && workspace.expiresAt <= new Date()) {
    throw workspaceGone();
  }
  const fork = await forkVersion({
    versionId: session.versionId,
    viewer,
    workspaceId: session.workspaceId,
  });
  const draftId = fork.draft?.id;
  if (draftId === undefined) throw new Error("a fork without a draft");
  await db().session.updateMany({
    where: { workspaceId: session.workspaceId },
    data: { versionId: draftId, userId: viewer.userId },
  });
  await commitWorkspace(session.workspaceId);
  return await getPublication(fork.id, viewer);
}
