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
  /** Only those that one can go on with: the newest of each workspace, alive or with changed files still kept. */
  open?: boolean | undefined;
}

/** How many of the viewer's sessions live, and the newest of them. */
export async function countLive(viewer: Viewer): Promise<{ count: number; id: string | null }> {
  const mine = ownedBy(viewer);
  if (mine.length === 0) return { count: 0, id: null };
  const live = await db().session.findMany({
    where: { OR: mine, state: { in: ["queued", "starting", "ready"] } },
    orderBy: { createdAt: "desc" },
    select: { id: true },
    take: 100,
  });
  return { count: live.length, id: live[0]?.id ?? null };
}

function ownedBy(viewer: Viewer) {
  return [
    ...(viewer.userId === null ? [] : [{ userId: viewer.userId }]),
    ...(viewer.visitorId === null ? [] : [{ userId: null, visitorId: viewer.visitorId }]),
  ];
}

/** The viewer's sessions, newest first, the latest hundred. */
export async function listSessions(viewer: Viewer, wanted: Wanted = {}): Promise<SessionView[]> {
  const mine = ownedBy(viewer);
  if (mine.length === 0) return [];
  const open = [
    { state: { in: [...liveStates] } },
    { workspace: { expiresAt: { gt: new Date() }, sizeBytes: { gt: 0 } } },
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
