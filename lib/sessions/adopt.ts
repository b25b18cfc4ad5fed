import type { Viewer } from "#lib/accounts/index.ts";
import { config } from "#lib/config.ts";
import { db } from "#lib/db/index.ts";

/**
 * Makes what somebody began as a visitor theirs once they have signed in: they find it from every browser, and it is
 * kept as long as a member's.
 */
export async function adoptVisitorSessions({ userId, visitorId }: Viewer): Promise<void> {
  if (userId === null || visitorId === null) return;
  const { memberDays, visitorDays } = config();
  const gained = Math.max(0, memberDays - visitorDays);
  await db().$transaction([
    db().session.updateMany({ where: { userId: null, visitorId }, data: { userId } }),
    db().$executeRaw`
      UPDATE "Workspace" SET "ownerId" = ${userId}, "visitorId" = NULL,
        "expiresAt" = CASE WHEN "expiresAt" > now() AT TIME ZONE 'UTC'
          THEN "expiresAt" + ${gained} * interval '1 day' ELSE "expiresAt" END
      WHERE "ownerId" IS NULL AND "visitorId" = ${visitorId}`,
  ]);
}
