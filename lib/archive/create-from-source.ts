import { isIP } from "node:net";
import type { Viewer } from "#lib/accounts/index.ts";
import { db, type Prisma } from "#lib/db/index.ts";
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
  if (source.type === "git") await refusePrivateAddress(gitUrl(source.url));
  const stored: Prisma.InputJsonObject = {
    type: source.type,
    url: source.url.trim(),
    ...(source.ref === undefined ? {} : { ref: source.ref }),
    // What the files will say must not win over this.
    given: given as Prisma.InputJsonObject,
  };
  const publicationId = await db().$transaction(async (tx) => {
    const created = await createDraft(
      {
        ownerId,
        metadata: completeMetadata(title, {}, given),
        source: stored,
        listed,
        version: { ingestState: "fetching" },
      },
      tx,
    );
    await enqueue("ingest", { versionId: created.versionId }, { database: tx });
    return created.publicationId;
  });
  return await getPublication(publicationId, viewer);
}

/** Checks the grammar of address and ref; gives a title for the time until the files are there. */
function checkSource(source: Source): string {
  if (source.ref !== undefined) gitRef(source.ref);
  if (source.type === "github") return titleFrom(parseGithub(source.url).repo);
  const name = gitUrl(source.url).pathname.split("/").filter(Boolean).at(-1) ?? "";
  return titleFrom(name.replace(/\.git$/, ""));
}

// What the address itself says needs no job to find out; names are looked up when they are connected to.
async function refusePrivateAddress(url: URL): Promise<void> {
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
