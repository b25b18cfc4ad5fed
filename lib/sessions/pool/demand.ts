import { db } from "#lib/db/index.ts";

const dayMs = 24 * 3600 * 1000;
const rememberDays = 7;
/** Papers of the gallery, newest first, that count although nobody has launched them. */
const freshPapers = 200;

/** An environment that is wanted, and how much: a launch now counts 1, one a day ago a half. */
export interface Demand {
  key: string;
  imageId: string;
  weight: number;
}

/** The environments with an image that were launched in the last days, and those of the gallery's papers. */
export async function readDemand(now = Date.now()): Promise<Demand[]> {
  const launched = await db().$queryRaw<{ key: string; weight: number }[]>`
    SELECT "environmentKey" AS key,
           sum(power(0.5, extract(epoch FROM (${new Date(now)}::timestamp - "createdAt")) / 86400))::float8 AS weight
    FROM "Session"
    WHERE "createdAt" > ${new Date(now - rememberDays * dayMs)}::timestamp AND "environmentKey" IS NOT NULL
    GROUP BY "environmentKey"`;
  const published = await db().version.findMany({
    where: {
      newest: true,
      state: "published",
      publication: { listed: true },
      environment: { imageId: { not: null } },
    },
    orderBy: { publishedAt: "desc" },
    take: freshPapers,
    select: { environmentKey: true },
  });
  const weights = new Map(published.map(({ environmentKey }) => [environmentKey ?? "", 0]));
  for (const { key, weight } of launched) weights.set(key, weight);
  const environments = await db().environment.findMany({
    where: { key: { in: [...weights.keys()] }, imageId: { not: null } },
    select: { key: true, imageId: true },
  });
  return environments.map(({ key, imageId }) => ({
    key,
    imageId: imageId ?? "",
    weight: weights.get(key) ?? 0,
  }));
}
