import type { Resolved } from "#lib/binder/index.ts";

// Imported late: the test's database and settings must be known before.
const parts = async () => ({
  archive: await import("#lib/archive/index.ts"),
  binder: await import("#lib/binder/index.ts"),
  db: (await import("#lib/db/index.ts")).db,
});

export const never = new AbortController().signal;

/** Asks the provider of a Binder address what it means now. */
export async function resolve(rawPath: string): Promise<Resolved> {
  const { binder } = await parts();
  const spec = binder.parseSpec(rawPath);
  if (spec.provider === "doi") throw new Error("this archive's own need no resolving");
  return await binder.resolveSpec({ ...spec, provider: spec.provider }, never);
}

/** Launches as far as the files: gives their paths, or why they could not be had. */
export async function fetched(rawPath: string) {
  const { archive, binder, db } = await parts();
  const { versionId, publicationId } = await binder.sourceVersion(
    binder.parseSpec(rawPath),
    await resolve(rawPath),
  );
  await archive.runIngest({ versionId }, { signal: never, lastTry: true });
  const version = await db().version.findUniqueOrThrow({
    where: { id: versionId },
    include: { files: { orderBy: { path: "asc" } }, publication: true },
  });
  return {
    versionId,
    publicationId,
    version,
    paths: version.files.map((file) => file.path),
    error: version.ingestError,
  };
}
