import { requireRole, type Viewer } from "#lib/accounts/index.ts";
import { type BuildState, db } from "#lib/db/index.ts";

const dayMs = 24 * 3600 * 1000;

/** What the warm pool has for one environment, and how it served it in the last 24 hours. */
export interface PoolView {
  environmentKey: string;
  /** A paper that runs in it, so that a person knows which one it is. */
  example: { slug: string; title: string } | null;
  starting: number;
  ready: number;
  oldestAt: string | null;
  hits: number;
  misses: number;
}

/** One attempt to build, for the operator's list. */
export interface OperatorBuild {
  id: string;
  state: BuildState;
  environmentKey: string;
  phase: string | null;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  example: { slug: string; title: string } | null;
  cause: string | null;
}

interface PoolRow {
  key: string;
  starting: number;
  ready: number;
  oldest: Date | null;
  hits: number;
  misses: number;
}

/** Every environment that has slots or was launched in the last 24 hours, the busiest first. */
export async function listPool(viewer: Viewer): Promise<PoolView[]> {
  requireRole(viewer, "administrator");
  const since = new Date(Date.now() - dayMs);
  const rows = await db().$queryRaw<PoolRow[]>`
    WITH slots AS (
      SELECT "environmentKey" AS key, (count(*) FILTER (WHERE state = 'starting'))::int AS starting,
             (count(*) FILTER (WHERE state = 'ready'))::int AS ready, min("createdAt") AS oldest
      FROM "Slot" GROUP BY 1
    ), launches AS (
      SELECT "environmentKey" AS key, (count(*) FILTER (WHERE warm))::int AS hits,
             (count(*) FILTER (WHERE NOT warm))::int AS misses
      FROM "Session" WHERE "createdAt" >= ${since} AND "environmentKey" IS NOT NULL GROUP BY 1
    )
    SELECT key, coalesce(starting, 0) AS starting, coalesce(ready, 0) AS ready, oldest,
           coalesce(hits, 0) AS hits, coalesce(misses, 0) AS misses
    FROM slots FULL JOIN launches USING (key)
    ORDER BY coalesce(hits, 0) + coalesce(misses, 0) DESC, key LIMIT 200`;
  const examples = await examplesOf(rows.map(({ key }) => key));
  return rows.map(({ key, oldest, ...row }) => ({
    environmentKey: key,
    example: examples.get(key) ?? null,
    starting: row.starting,
    ready: row.ready,
    oldestAt: oldest?.toISOString() ?? null,
    hits: row.hits,
    misses: row.misses,
  }));
}

/** Builds under way, then the latest hundred others. */
export async function listBuilds(viewer: Viewer): Promise<OperatorBuild[]> {
  requireRole(viewer, "administrator");
  const open = { state: { in: ["queued", "building"] as BuildState[] } };
  const [underWay, others] = await Promise.all([
    db().build.findMany({ where: open, orderBy: { createdAt: "asc" }, take: 200 }),
    db().build.findMany({ where: { NOT: open }, orderBy: { createdAt: "desc" }, take: 100 }),
  ]);
  const builds = [...underWay, ...others];
  const examples = await examplesOf(builds.map(({ environmentKey }) => environmentKey));
  return builds.map((build) => ({
    id: build.id,
    state: build.state,
    environmentKey: build.environmentKey,
    phase: build.phase,
    createdAt: build.createdAt.toISOString(),
    startedAt: build.startedAt?.toISOString() ?? null,
    finishedAt: build.finishedAt?.toISOString() ?? null,
    example: examples.get(build.environmentKey) ?? null,
    cause: causeOf(build.failure),
  }));
}

function causeOf(failure: unknown): string | null {
  if (typeof failure !== "object" || failure === null || !("cause" in failure)) return null;
  return String(failure.cause);
}

async function examplesOf(keys: string[]): Promise<Map<string, { slug: string; title: string }>> {
  const versions = await db().version.findMany({
    where: { environmentKey: { in: [...new Set(keys)] } },
    distinct: ["environmentKey"],
    orderBy: [{ environmentKey: "asc" }, { publishedAt: { sort: "asc", nulls: "last" } }],
    select: { environmentKey: true, title: true, publication: { select: { slug: true } } },
  });
  return new Map(
    versions.map(({ environmentKey, title, publication: { slug } }) => [
      environmentKey ?? "",
      { slug, title: title || slug },
    ]),
  );
}
