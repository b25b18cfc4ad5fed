import { z } from "zod";
import type { Viewer } from "#lib/accounts/index.ts";
import { db, type Prisma, type Version } from "#lib/db/index.ts";
import { environmentViews } from "#lib/environments/index.ts";
import { isPublic, mayEdit } from "./access.ts";
import { metadataFindings, storedMetadata, storedPreflight } from "./metadata.ts";
import { repositoryOf } from "./repository-of.ts";
import type { PublicationReference, PublicationView, VersionView } from "./types.ts";

/** Forks that a publication's view lists at most; its `forkCount` counts all. */
const maxForks = 200;

/** Everything that a publication's view is made from. */
export const publicationInclude = {
  owner: { select: { id: true, name: true } },
  versions: { orderBy: { number: "asc" } },
  forkedFrom: { include: { publication: { select: { id: true, slug: true } } } },
} as const satisfies Prisma.PublicationInclude;

export type PublicationRow = Prisma.PublicationGetPayload<{ include: typeof publicationInclude }>;

const StoredSource = z.object({
  type: z.string(),
  url: z.string().optional(),
  ref: z.string().optional(),
  commit: z.string().optional(),
  date: z.string().optional(),
});
const IngestError = z.object({ message: z.string(), hint: z.string().nullish() });

/** Views of these versions, in their order. */
export async function versionViews(
  rows: Version[],
  publication: { slug: string; conceptDoi: string | null },
): Promise<VersionView[]> {
  const ids = rows.map((row) => row.id);
  const [environments, totals] = await Promise.all([
    environmentViews(rows),
    db().file.groupBy({
      by: ["versionId"],
      where: { versionId: { in: ids } },
      _count: true,
      _sum: { size: true },
    }),
  ]);
  const totalOf = new Map(totals.map((total) => [total.versionId, total]));
  return rows.flatMap((row) => {
    const environment = environments.get(row.id);
    if (!environment) return [];
    const metadata = storedMetadata(row.metadata);
    const { intake, files } = storedPreflight(row.preflight);
    const error = IngestError.safeParse(row.ingestError);
    const total = totalOf.get(row.id);
    // Before the files are there, nobody knows what they will say.
    const isKnown = row.state === "draft" && row.ingestState === "ready";
    const unready = isKnown ? metadataFindings(metadata) : [];
    return {
      id: row.id,
      publicationId: row.publicationId,
      slug: publication.slug,
      number: row.number,
      state: row.state,
      doi: row.doi,
      conceptDoi: publication.conceptDoi,
      metadata,
      source: StoredSource.parse(row.source),
      ingest: {
        state: row.ingestState,
        message: error.success ? error.data.message : null,
        hint: error.success ? (error.data.hint ?? null) : null,
      },
      preflight: [...files, ...unready, ...intake],
      mainNotebook: row.mainNotebook,
      language: row.language,
      figureSha256: row.figureSha256,
      environment,
      createdAt: row.createdAt.toISOString(),
      publishedAt: row.publishedAt?.toISOString() ?? null,
      withdrawnAt: row.withdrawnAt?.toISOString() ?? null,
      withdrawReason: row.withdrawReason,
      fileCount: total?._count ?? 0,
      totalBytes: Number(total?._sum.size ?? 0),
    };
  });
}

/** A publication as this viewer may see it; null when they may not. */
export async function publicationView(
  row: PublicationRow,
  viewer: Viewer,
): Promise<PublicationView | null> {
  const editable = mayEdit(row, viewer);
  const visible = row.versions.filter((version) => editable || isPublic(version));
  if (visible.length === 0) return null;
  const [views, forks] = await Promise.all([
    versionViews(visible, row),
    forksOf(
      row.versions.map((version) => version.id),
      viewer,
    ),
  ]);
  const draft = views.find((view) => view.state === "draft" || view.state === "publishing");
  const versions = views.filter((view) => view !== draft);
  const repository = views[0] && repositoryOf(views[0].source);
  const shown = versions.findLast((view) => view.state === "published") ?? draft ?? versions.at(-1);
  return {
    id: row.id,
    slug: row.slug,
    title: shown?.metadata.title ?? "",
    conceptDoi: row.conceptDoi,
    owner: row.owner,
    listed: row.listed,
    launchCount: row.launchCount,
    forkCount: row.forkCount,
    createdAt: row.createdAt.toISOString(),
    ...(draft ? { draft } : {}),
    versions,
    ...(row.forkedFrom && isPublic(row.forkedFrom)
      ? { forkedFrom: reference(row.forkedFrom.publication, row.forkedFrom) }
      : {}),
    ...(repository ? { repository } : {}),
    forks,
    mayEdit: editable,
  };
}

async function forksOf(versionIds: string[], viewer: Viewer): Promise<PublicationReference[]> {
  const own = viewer.userId === null ? [] : [{ ownerId: viewer.userId }];
  const forks = await db().publication.findMany({
    where: {
      forkedFromId: { in: versionIds },
      OR: [{ listed: true, versions: { some: { newest: true } } }, ...own],
    },
    include: { versions: { orderBy: { number: "desc" } } },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: maxForks,
  });
  return forks.flatMap((fork) => {
    const shown = fork.versions.find((version) => version.newest) ?? fork.versions[0];
    return shown ? [reference(fork, shown)] : [];
  });
}

function reference(
  publication: { id: string; slug: string },
  version: Version,
): PublicationReference {
  const metadata = storedMetadata(version.metadata);
  return {
    id: publication.id,
    slug: publication.slug,
    title: metadata.title,
    doi: isPublic(version) ? version.doi : null,
    number: version.number,
    authors: metadata.authors.map((author) => author.name),
  };
}
