import type { Viewer } from "#lib/accounts/index.ts";
import { db } from "#lib/db/index.ts";
import { assertAllowed, sourceNames } from "#lib/limits/index.ts";

/** What is to run, and at whose request. */
interface Asked {
  version: { id: string; _count: { binderSources: number } };
  viewer: Viewer;
  clientAddress: string | null;
}

/**
 * Throws `banned` (403) where an address, a person, or the repository that the files came from may not launch. Bans are
 * known in memory: only what was launched through the Binder API costs a look into the record.
 */
export async function refuseBanned({ version, viewer, clientAddress }: Asked): Promise<void> {
  const source =
    version._count.binderSources === 0
      ? null
      : await db().binderSource.findFirst({ where: { versionId: version.id } });
  const repository = source ? sourceNames(source) : [];
  await assertAllowed({ clientAddress, userId: viewer.userId, repository });
}
