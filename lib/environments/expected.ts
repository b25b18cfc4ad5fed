import { db } from "#lib/db/index.ts";

const sample = 50;

/** The middle of some durations in seconds; null for none. */
export function medianOf(seconds: number[]): number | null {
  const sorted = seconds.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) return null;
  return sorted.length % 2 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/**
 * Seconds that preparing an environment takes on this machine: the median of its latest builds that came to an end.
 * Null before the first.
 */
export async function expectedBuildSeconds(): Promise<number | null> {
  const builds = await db().build.findMany({
    where: { state: "built", startedAt: { not: null }, finishedAt: { not: null } },
    orderBy: { createdAt: "desc" },
    take: sample,
    select: { startedAt: true, finishedAt: true },
  });
  return medianOf(
    builds.flatMap(({ startedAt, finishedAt }) =>
      startedAt && finishedAt ? [(finishedAt.getTime() - startedAt.getTime()) / 1000] : [],
    ),
  );
}
