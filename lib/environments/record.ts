import { BuilderError, readEnvironment } from "#builder/index.ts";
import { type Database, db, Prisma } from "#lib/db/index.ts";

/**
 * Reads the environment that `directory` (the version's files) declares and notes it with the version:
 * its key, or why there is none. Never starts a build.
 */
export async function recordEnvironment(
  versionId: string,
  directory: string,
  database: Database = db(),
): Promise<void> {
  try {
    const spec = await readEnvironment(directory);
    const json = JSON.parse(JSON.stringify(spec)) as Prisma.InputJsonObject;
    // The key stands for the whole spec, and what a build has added to it stays.
    await database.environment.createMany({
      data: [{ key: spec.key, spec: json }],
      skipDuplicates: true,
    });
    await database.version.update({
      where: { id: versionId },
      data: {
        environmentKey: spec.key,
        environmentNote: spec.warnings.length
          ? { message: spec.warnings.join(" ") }
          : Prisma.DbNull,
      },
    });
  } catch (error) {
    if (!(error instanceof BuilderError)) throw error;
    const note = { message: error.message, ...(error.hint ? { hint: error.hint } : {}) };
    await database.version.update({
      where: { id: versionId },
      data: { environmentKey: null, environmentNote: note },
    });
  }
}
