import {
  type BuildState,
  type Database,
  db,
  guardedTransition,
  type Prisma,
  type TransitionTable,
} from "#lib/db/index.ts";
import { publishEvent } from "#lib/events/index.ts";
import { logger } from "#lib/log.ts";

/** The states of one attempt to turn an environment into an image, and what may follow each. */
export const buildTransitions: TransitionTable<BuildState> = {
  queued: ["building", "failed", "cancelled"],
  building: ["built", "failed", "cancelled"],
  built: [],
  failed: [],
  cancelled: [],
};

/** The only way in which a build's state changes. Throws `illegal_transition`. */
export async function changeBuildState(
  id: string,
  to: BuildState,
  data: Omit<Prisma.BuildUpdateManyMutationInput, "state"> = {},
  database: Database = db(),
): Promise<void> {
  await guardedTransition("build", buildTransitions, to, (from) =>
    database.build.updateMany({ where: { id, state: { in: from } }, data: { ...data, state: to } }),
  );
  logger("builds").info({ build: id, state: to }, "build state");
  await publishEvent(`build:${id}`, { state: to }, database);
}
