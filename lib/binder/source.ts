import { ensureSystemUser } from "#lib/accounts/index.ts";
import { draftToFetch } from "#lib/archive/index.ts";
import { db } from "#lib/db/index.ts";
import type { BinderSpec, Resolved } from "./types.ts";

/** The draft that holds a repository's files at one commit. */
export interface SourceVersion {
  publicationId: string;
  versionId: string;
}

/**
 * The unlisted draft of the system's that holds these very files: the one of an earlier launch, else a new one whose
 * files a job fetches. One that could not be fetched earlier is fetched anew.
 */
export async function sourceVersion(spec: BinderSpec, resolved: Resolved): Promise<SourceVersion> {
  const key = {
    provider: spec.provider,
    repository: spec.repository,
    resolved: resolved.resolved,
  };
  const ownerId = await ensureSystemUser();
  return await db().$transaction(async (tx) => {
    const name = `binder:${Object.values(key).join(" ")}`;
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`;
    const known = await tx.binderSource.findUnique({
      where: { provider_repository_resolved: key },
      include: { version: { select: { publicationId: true, ingestState: true } } },
    });
    const lastUsedAt = new Date();
    if (known && known.version.ingestState !== "failed") {
      await tx.binderSource.update({ where: { id: known.id }, data: { lastUsedAt } });
      return { publicationId: known.version.publicationId, versionId: known.versionId };
    }
    // Nobody has run a draft without files, so nothing is lost with it; its source's row goes too.
    if (known) await tx.publication.delete({ where: { id: known.version.publicationId } });
    const made = await draftToFetch(
      { ownerId, title: resolved.title, source: resolved.source, listed: false },
      tx,
    );
    await tx.binderSource.create({ data: { ...key, versionId: made.versionId, lastUsedAt } });
    return made;
  });
}
