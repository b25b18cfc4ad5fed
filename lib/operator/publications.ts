import { requireRole, type Viewer } from "#lib/accounts/index.ts";
import { db, type Prisma } from "#lib/db/index.ts";
import { notFound } from "#lib/errors.ts";
import { publishEvent } from "#lib/events/index.ts";
import { placesTopic } from "#lib/sessions/index.ts";

/** A publication as its limits are set. */
export interface LimitedPublication {
  id: string;
  slug: string;
  title: string;
  /** Most sessions of it at once; null: the configured default. */
  sessionLimit: number | null;
  live: number;
  waiting: number;
  launches: number;
}

/** Publications with a limit of their own or with sessions now; with `query` those whose words it fits. */
export async function listLimited(viewer: Viewer, query?: string): Promise<LimitedPublication[]> {
  requireRole(viewer, "administrator");
  const words = query?.trim().toLowerCase();
  const where: Prisma.PublicationWhereInput = words
    ? {
        OR: [
          { id: words },
          { slug: { contains: words } },
          { conceptDoi: words },
          { versions: { some: { OR: [{ doi: words }, { searchText: { contains: words } }] } } },
        ],
      }
    : {
        OR: [
          { sessionLimit: { not: null } },
          {
            versions: {
              some: {
                sessions: { some: { state: { in: ["queued", "starting", "ready", "stopping"] } } },
              },
            },
          },
        ],
      };
  const rows = await db().publication.findMany({
    where,
    orderBy: [{ launchCount: "desc" }, { slug: "asc" }],
    take: 100,
    include: { versions: { orderBy: { number: "desc" }, take: 1, select: { title: true } } },
  });
  const counts = await db().$queryRaw<{ id: string; live: number; waiting: number }[]>`
    SELECT v."publicationId" AS id, (count(*) FILTER (WHERE s.state <> 'queued'))::int AS live,
           (count(*) FILTER (WHERE s.state = 'queued'))::int AS waiting
    FROM "Session" s JOIN "Version" v ON v.id = s."versionId"
    WHERE s.state IN ('queued', 'starting', 'ready', 'stopping') GROUP BY 1`;
  const byId = new Map(counts.map((row) => [row.id, row]));
  return rows.map(({ id, slug, sessionLimit, launchCount, versions }) => ({
    id,
    slug,
    title: versions[0]?.title || slug,
    sessionLimit,
    live: byId.get(id)?.live ?? 0,
    waiting: byId.get(id)?.waiting ?? 0,
    launches: launchCount,
  }));
}

/** Sets how many sessions of a publication there may be at once; null: as configured. Throws `not_found`. */
export async function setSessionLimit(
  viewer: Viewer,
  id: string,
  sessionLimit: number | null,
): Promise<void> {
  requireRole(viewer, "administrator");
  const { count } = await db().publication.updateMany({ where: { id }, data: { sessionLimit } });
  if (count === 0) throw notFound("publication");
  // Who waited for this quota may now have room.
  await publishEvent(placesTopic, null);
}
