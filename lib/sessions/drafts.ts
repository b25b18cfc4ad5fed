import { type Database, db, type Version } from "#lib/db/index.ts";

/**
 * Whether a version is a draft that somebody works on, with one workspace that belongs to it. What was launched through
 * the Binder API is a draft too, but nobody's: each of its sessions has a workspace of its own.
 */
export async function isDraftOfAPerson(
  { id, state }: Pick<Version, "id" | "state">,
  database: Database = db(),
): Promise<boolean> {
  if (state !== "draft") return false;
  return (await database.binderSource.count({ where: { versionId: id } })) === 0;
}
