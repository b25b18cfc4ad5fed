import type { Viewer } from "#lib/accounts/index.ts";
import { db } from "#lib/db/index.ts";
import { findSession } from "./access.ts";
import type { SessionView } from "./types.ts";
import { sessionParts, viewById, viewSession } from "./view.ts";

/** One session. Throws `not_found`, also where it is somebody else's. */
export async function getSession(id: string, viewer: Viewer): Promise<SessionView> {
  await findSession(id, viewer);
  return await viewById(id);
}

/** The viewer's sessions, newest first, the latest hundred. */
export async function listSessions(viewer: Viewer): Promise<SessionView[]> {
  const mine = [
    ...(viewer.userId === null ? [] : [{ userId: viewer.userId }]),
    ...(viewer.visitorId === null ? [] : [{ userId: null, visitorId: viewer.visitorId }]),
  ];
  if (mine.length === 0) return [];
  const sessions = await db().session.findMany({
    where: { OR: mine },
    include: sessionParts,
    orderBy: { createdAt: "desc" },
    take: 100,
  });
  return await Promise.all(sessions.map(viewSession));
}
