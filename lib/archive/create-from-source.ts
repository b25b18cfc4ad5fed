import { isIP } from "node:net";
import type { Viewer } from "#lib/accounts/index.ts";
import { type Database, db, type Prisma } from "#lib/db/index.ts";
import { ColophonError, isColophonError } from "#lib/errors.ts";
import { parseDoi } from "#lib/identifiers/index.ts";
import { enqueue } from "#lib/jobs/index.ts";
import { readableVersion, requireUser } from "./access.ts";
import { checkedAddresses } from "./addresses.ts";
import { createDraft, titleFrom } from "./create.ts";
import { setDraftMetadata } from "./draft.ts";
import { deriveDraft } from "./fork.ts";
import { gitRef, gitUrl } from "./git-url.ts";
import { portOf } from "./guarded-fetch.ts";
import { checkMetadata, completeMetadata } from "./metadata.ts";
import { findByDoi, getPublication } from "./read.ts";
import { parseGithub } from "./read-github.ts";
import type { RecordFile } from "./read-record.ts";
import { type PublicationView, Source, type VersionMetadata } from "./types.ts";

/**
 * Creates a draft whose files are somewhere else. Those of a git or GitHub repository come in the background: its
 * `ingest.state` says when. A DOI of this archive is there at once, as a draft derived from it. Throws
 * `source_invalid`, `source_ref_invalid`, `source_forbidden`, `doi_source_unsupported` (422).
 */
export async function createFromSource(options: {
  viewer: Viewer;
  source: Source;
  metadata?: Partial<VersionMetadata>;
  listed?: boolean;
}): Promise<PublicationView> {
  const { viewer, listed } = options;
  const ownerId = requireUser(viewer);
  const given = checkMetadata(options.metadata ?? {});
  const source = Source.parse(options.source);
  if (source.type === "doi") return await createFromDoi(source.url, viewer, given, listed);
  const title = checkSource(source);
  if (source.type === "git") await refusePrivateAddress(source.url);
  const { publicationId } = await db().$transaction((tx) =>
    draftToFetch(
      { ownerId, title, source: { ...source, url: source.url.trim() }, given, listed },
      tx,
    ),
  );
  return await getPublication(publicationId, viewer);
}

/** Where files are fetched from in the background: a repository, or the files of another archive's record. */
export type FetchedSource =
  | { type: "git" | "github"; url: string; ref?: string | undefined }
  | { type: "record"; url: string; ref?: string; files: RecordFile[] };

/** Adds a draft whose files a job will fetch, from a source that was checked. Part of the transaction `tx`. */
export async function draftToFetch(
  draft: {
    ownerId: string;
    /** Until the files say one. */
    title: string;
    source: FetchedSource;
    given?: Partial<VersionMetadata>;
    listed?: boolean | undefined;
  },
  tx: Database,
): Promise<{ publicationId: string; versionId: string }> {
  const { ownerId, title, source, given = {}, listed } = draft;
  const { ref, ...rest } = source;
  const created = await createDraft(
    {
      ownerId,
      metadata: completeMetadata(title, {}, given),
      source: {
        ...rest,
        ...(ref === undefined ? {} : { ref }),
        // What the files will say must not win over this.
        given: given as Prisma.InputJsonObject,
      },
      listed,
      version: { ingestState: "fetching" },
    },
    tx,
  );
  await enqueue("ingest", { versionId: created.versionId }, { database: tx });
  return created;
}

/** Checks the grammar of address and ref; gives a title for the time until the files are there. */
function checkSource(source: Source): string {
  if (source.ref !== undefined) gitRef(source.ref);
  if (source.type === "github") return titleFrom(parseGithub(source.url).repo);
  const name = gitUrl(source.url).pathname.split("/").filter(Boolean).at(-1) ?? "";
  return titleFrom(name.replace(/\.git$/, ""));
}

/**
 * Refuses (`source_forbidden`) the address of a repository on a private one. What the address itself says needs no job
 * to find out; names are looked up when they are connected to.
 */
export async function refusePrivateAddress(address: string): Promise<void> {
  const url = gitUrl(address);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0) await checkedAddresses(host, portOf(url));
}

async function createFromDoi(
  text: string,
  viewer: Viewer,
  given: Partial<VersionMetadata>,
  listed: boolean | undefined,
): Promise<PublicationView> {
  const doi = parseDoi(text);
  if (!doi) {
    throw new ColophonError("source_invalid", 422, "This is not a DOI.", {
      hint: "Give for instance 10.5072/abcd-1234 or its address.",
    });
  }
  const base = await ownDoi(doi, viewer);
  const publicationId = await db().$transaction((tx) =>
    deriveDraft(
      base,
      viewer,
      { type: "doi", url: doi },
      undefined,
      tx,
      listed === undefined ? {} : { listed },
    ),
  );
  if (Object.keys(given).length > 0) await setDraftMetadata(publicationId, given, viewer);
  return await getPublication(publicationId, viewer);
}

async function ownDoi(doi: string, viewer: Viewer) {
  try {
    const { version } = await findByDoi(doi, viewer);
    return await readableVersion(version.id, viewer);
  } catch (error) {
    if (!isColophonError(error) || error.code !== "not_found") throw error;
    throw new ColophonError("doi_source_unsupported", 422, `${doi} is not a DOI of this archive.`, {
      hint: "Importing from other archives is not supported yet: download the files and upload them as a zip.",
    });
  }
}
