import { config } from "#lib/config.ts";
import { db } from "#lib/db/index.ts";
import { logger } from "#lib/log.ts";

const atOnce = 200;
const dayMs = 24 * 3600 * 1000;

/**
 * Forgets repositories that nobody has launched for `COLOPHON_BINDER_DAYS`: their drafts with the rows of their ended
 * sessions go, files follow when the collector comes by. One that runs, or whose changes are kept for somebody, stays.
 * Gives how many went. Repeatable, safe beside launches.
 */
export async function collectSources(now = Date.now()): Promise<number> {
  const before = new Date(now - config().binder.days * dayMs);
  const old = await db().binderSource.findMany({
    where: { lastUsedAt: { lt: before } },
    select: { id: true, versionId: true },
    take: atOnce,
  });
  let collected = 0;
  for (const source of old) {
    if (await collect(source, before, new Date(now))) collected += 1;
  }
  if (collected) logger("binder").info({ collected }, "repositories forgotten");
  return collected;
}

async function collect(
  { id, versionId }: { id: string; versionId: string },
  before: Date,
  now: Date,
): Promise<boolean> {
  return await db().$transaction(async (tx) => {
    const inUse = await tx.workspace.count({
      where: { versionId, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] },
    });
    const running = await tx.session.count({
      where: { versionId, state: { notIn: ["ended", "failed"] } },
    });
    if (inUse + running > 0) return false;
    // A launch that came meanwhile has taken it up.
    const { count } = await tx.binderSource.deleteMany({
      where: { id, lastUsedAt: { lt: before } },
    });
    if (count === 0) return false;
    await tx.session.deleteMany({ where: { versionId } });
    const { publicationId } = await tx.version.findUniqueOrThrow({ where: { id: versionId } });
    await tx.publication.delete({ where: { id: publicationId } });
    return true;
  });
}
