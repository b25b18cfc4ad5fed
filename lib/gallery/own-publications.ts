import type { Viewer } from "#lib/accounts/index.ts";
import { getPublication, type PublicationView } from "#lib/archive/index.ts";
import { db } from "#lib/db/index.ts";

/** The newest of a person's own publications, drafts and forks, last changed first; at most `limit`. */
export async function ownPublications(viewer: Viewer, limit = 100): Promise<PublicationView[]> {
  if (viewer.userId === null) return [];
  const rows = await db().publication.findMany({
    where: { ownerId: viewer.userId },
    select: { id: true },
    orderBy: { updatedAt: "desc" },
    take: limit,
  });
  return await Promise.all(rows.map(({ id }) => getPublication(id, viewer)));
}
