import type { Viewer } from "#lib/accounts/index.ts";
import { db, type Session } from "#lib/db/index.ts";
import { notFound } from "#lib/errors.ts";
import { isSessionId } from "./identifiers.ts";

/** Whom something belongs to. */
interface Owned {
  userId: string | null;
  visitorId: string | null;
}

/**
 * Whether a viewer may see and steer a session: their own, one that they began as a visitor in the same
 * browser, or one that belongs to nobody, whose id is then the capability.
 */
export function mayUse(session: Owned, viewer: Viewer): boolean {
  if (viewer.role === "administrator") return true;
  if (session.userId !== null) return session.userId === viewer.userId;
  return session.visitorId === null || session.visitorId === viewer.visitorId;
}

/** A session that the viewer may use. Throws `not_found`, alike for absent and forbidden. */
export async function findSession(id: string, viewer: Viewer): Promise<Session> {
  const session = isSessionId(id) ? await db().session.findUnique({ where: { id } }) : null;
  if (!session || !mayUse(session, viewer)) throw notFound("session");
  return session;
}
