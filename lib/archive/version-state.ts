import {
  type Database,
  guardedTransition,
  type Prisma,
  type TransitionTable,
  type VersionState,
} from "#lib/db/index.ts";
import { publishEvent } from "#lib/events/index.ts";
import { logger } from "#lib/log.ts";

/**
 * The states of a version and what may follow each. `publishing` goes back to `draft` only when registering the DOI
 * has failed for good: nothing was published then.
 */
export const versionTransitions: TransitionTable<VersionState> = {
  draft: ["publishing"],
  publishing: ["published", "draft"],
  published: ["withdrawn"],
  withdrawn: [],
};

/** The only way in which a version's state changes. Throws `illegal_transition` (409). */
export async function changeVersionState(
  id: string,
  to: VersionState,
  data: Omit<Prisma.VersionUpdateManyMutationInput, "state">,
  database: Database,
): Promise<void> {
  await guardedTransition("version", versionTransitions, to, (from) =>
    database.version.updateMany({
      where: { id, state: { in: from } },
      data: { ...data, state: to },
    }),
  );
  logger("archive").info({ version: id, state: to }, "version state");
  await publishEvent(`version:${id}`, { state: to }, database);
}
