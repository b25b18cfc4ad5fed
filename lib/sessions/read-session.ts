import type { Viewer } from "#lib/accounts/index.ts";
import { db } from "#lib/db/index.ts";
import { findSession } from "./access.ts";
import { liveStates } from "./state.ts";
import type { SessionView } from "./types.ts";
import { sessionParts, viewById, viewSession } from "./view.ts";

/** One session. Throws `not_found`, also where it is somebody else's. */
export async function getSession(id: string, viewer: Viewer): Promise<SessionView> {
  await findSession(id, viewer);
  return await viewById(id);
}

interface Wanted {
  /** Only those of this version. */
  versionId?: string | undefined;
  /** Only those that one can go on with: the newest of each workspace, alive or with its files still kept. */
  open?: boolean | undefined;
}

/** The viewer's sessions, newest first, the latest hundred. */
export async function listSessions(viewer: Viewer, wanted: Wanted = {}): Promise<SessionView[]> {
  const mine = [
    ...(viewer.userId === null ? [] : [{ userId: viewer.userId }]),
    ...(viewer.visitorId === null ? [] : [{ userId: null, visitorId: viewer.visitorId }]),
  ];
  if (mine.length === 0) return [];
  const open = [
    { state: { in: [...liveStates] } },
    { workspace: { expiresAt: { gt: new Date() } } },
  ];
  const sessions = await db().session.findMany({
    where: {
      AND: [{ OR: mine }, ...(wanted.open ? [{ OR: open }] : [])],
      ...(wanted.versionId === undefined ? {} : { versionId: wanted.versionId }),
    },
    include: sessionParts,
    orderBy: { createdAt: "desc" },
    ...(wanted.open ? { distinct: ["workspaceId" as const] } : {}),
    take: 100,
  });
  return await Promise.all(sessions.map(viewSession));
}
