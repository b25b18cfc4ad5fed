import { readFile } from "node:fs/promises";
import type { Readable } from "node:stream";
import type { Viewer } from "#lib/accounts/index.ts";
import { type Database, db, type Prisma } from "#lib/db/index.ts";
import { prefillMetadata } from "#lib/identifiers/index.ts";
import { requireUser } from "./access.ts";
import { describeVersion } from "./describe.ts";
import { insertFiles } from "./file-rows.ts";
import type { Bundle } from "./intake.ts";
import { openIntake } from "./intake.ts";
import { checkMetadata, completeMetadata, metadataColumns } from "./metadata.ts";
import { getPublication } from "./read.ts";
import { readDirectory } from "./read-directory.ts";
import { freeSlug } from "./slug.ts";
import { openStage, type Stage } from "./stage.ts";
import type { Finding, PublicationView, VersionMetadata } from "./types.ts";
import { archiveFormat, unpack } from "./unpack.ts";

interface NewPublication {
  viewer: Viewer;
  /** Wins, field by field, over what the files say. */
  metadata?: Partial<VersionMetadata>;
  /** Whether the gallery shows it once published. */
  listed?: boolean;
}

/**
 * Creates a draft from the body of one upload: a zip, tar or tar.gz. Everything that is hostile or broken about it ends
 * in a ColophonError with a stable code and leaves nothing behind.
 */
export async function createFromArchive(
  options: NewPublication & { body: Readable; mediaType: string; signal?: AbortSignal },
): Promise<PublicationView> {
  const ownerId = requireUser(options.viewer);
  const given = checkMetadata(options.metadata ?? {});
  archiveFormat(options.mediaType);
  const stage = await openStage();
  try {
    const bundle = await unpack(stage, options.body, options.mediaType, options.signal);
    return await createFromBundle(stage, bundle, {
      ...options,
      ownerId,
      given,
      title: titleFrom(bundle.topFolder),
      source: { type: "upload" },
    });
  } finally {
    await stage.discard();
  }
}

/** Creates a draft from a folder of this machine, by the same rules. */
export async function createFromDirectory(
  options: NewPublication & { directory: string; title?: string; signal?: AbortSignal },
): Promise<PublicationView> {
  const ownerId = requireUser(options.viewer);
  const given = checkMetadata(options.metadata ?? {});
  const stage = await openStage();
  try {
    const intake = openIntake(stage, options.signal);
    await readDirectory(options.directory, intake);
    return await createFromBundle(stage, intake.finish({ stripTop: false }), {
      ...options,
      ownerId,
      given,
      title:
        options.title ?? titleFrom(options.directory.split("/").filter(Boolean).at(-1) ?? null),
      source: { type: "upload" },
    });
  } finally {
    await stage.discard();
  }
}

interface Creation {
  viewer: Viewer;
  ownerId: string;
  given: Partial<VersionMetadata>;
  title: string;
  listed?: boolean;
  source: Prisma.InputJsonObject;
}

async function createFromBundle(
  stage: Stage,
  bundle: Bundle,
  { viewer, ownerId, given, title, listed, source }: Creation,
): Promise<PublicationView> {
  // Whoever uploads their own folder is its author, unless its files say otherwise.
  const owner = await db().user.findUniqueOrThrow({ where: { id: ownerId } });
  const about = { authors: [{ name: owner.name }] };
  const { metadata, findings } = await prefill(stage, bundle, title, given, about);
  await stage.commit();
  const { publicationId, versionId } = await db().$transaction(async (tx) => {
    const created = await createDraft(
      { ownerId, metadata, source, listed, intake: [...findings, ...bundle.notes] },
      tx,
    );
    await insertFiles(created.versionId, bundle.files, tx);
    return created;
  });
  try {
    await describeVersion(versionId);
  } catch (error) {
    // Whoever is told that it failed will send it again: no half of it stays.
    await db().publication.delete({ where: { id: publicationId } });
    throw error;
  }
  return await getPublication(publicationId, viewer);
}

/** Metadata of a bundle in a stage: what its files say, over what is said `about` it, with what was given on top. */
export async function prefill(
  stage: Stage,
  bundle: Bundle,
  title: string,
  given: Partial<VersionMetadata>,
  about: Partial<VersionMetadata> = {},
): Promise<{ metadata: VersionMetadata; findings: Finding[] }> {
  const files = bundle.files.map(({ path, sha256, size }) => ({
    path,
    size,
    read: () => readFile(stage.locate(sha256), "utf8"),
  }));
  const found = await prefillMetadata(files, title);
  return {
    metadata: completeMetadata(title, { ...about, ...found.metadata }, given),
    findings: found.findings,
  };
}

/** Adds the rows of a new publication with one draft. */
export async function createDraft(
  draft: {
    ownerId: string;
    metadata: VersionMetadata;
    source: Prisma.InputJsonObject;
    listed?: boolean | undefined;
    intake?: Finding[];
    forkedFromId?: string;
    /** Further columns of the version. */
    version?: Partial<Prisma.VersionUncheckedCreateInput>;
  },
  tx: Database,
): Promise<{ publicationId: string; versionId: string; slug: string }> {
  const { ownerId, metadata, source, listed = true, intake = [], forkedFromId } = draft;
  const slug = await freeSlug(metadata.title, tx);
  const publication = await tx.publication.create({
    data: { slug, ownerId, listed, ...(forkedFromId ? { forkedFromId } : {}) },
  });
  const version = await tx.version.create({
    data: {
      number: 1,
      source,
      preflight: JSON.parse(JSON.stringify({ intake, files: [] })),
      ...draft.version,
      ...metadataColumns(metadata),
      publicationId: publication.id,
    },
  });
  return { publicationId: publication.id, versionId: version.id, slug };
}

/** A title for a bundle that says none: its folder's name, made readable. */
export function titleFrom(folder: string | null): string {
  const words = (folder ?? "")
    .replace(/-(?:main|master|[0-9a-f]{7,40})$/, "")
    .split(/[-_\s]+/)
    .filter(Boolean)
    .join(" ")
    .slice(0, 200);
  return words ? words.charAt(0).toUpperCase() + words.slice(1) : "Untitled publication";
}
