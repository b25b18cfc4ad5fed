import type { Author, PublicationView, VersionView } from "#lib/archive/index.ts";
import { config } from "#lib/config.ts";
import { plainText } from "#lib/notebooks/index.ts";
import { doiUrl, encodeDoi, isTestPrefix, parseDoi } from "./doi.ts";
import { licenseName, licenseUrl } from "./license.ts";

/** DataCite's relation types that occur here. */
export type RelationType =
  | "IsSupplementTo"
  | "HasVersion"
  | "IsVersionOf"
  | "IsNewVersionOf"
  | "IsPreviousVersionOf"
  | "IsDerivedFrom"
  | "IsSourceOf";

export interface RelatedIdentifier {
  relation: RelationType;
  type: "DOI" | "URL";
  identifier: string;
  /** What the related thing is, in DataCite's words, where that is known. */
  resourceType?: "ComputationalNotebook" | "Text";
}

/** Everything that a citation or a metadata format says about one DOI. All formats are made from this and nothing else. */
export interface CitationRecord {
  /** Null for a draft that has none yet. */
  doi: string | null;
  /** The DOI has the test prefix: it is registered nowhere. */
  isTest: boolean;
  kind: "version" | "concept";
  /** The landing page. */
  url: string;
  /** Where the DOI leads: the global resolver, or the landing page for a test DOI. */
  link: string;
  title: string;
  authors: Author[];
  publisher: string;
  /** When it was published, or now for a draft: YYYY-MM-DD. */
  issued: string;
  year: number;
  /** When the work was done, where the author said so: YYYY, YYYY-MM or YYYY-MM-DD. */
  created: string | null;
  version: string;
  /** Plain text; "" where there is none. */
  description: string;
  license: { id: string; name: string; url: string | null } | null;
  keywords: string[];
  field: string | null;
  /** Of the notebooks: "Python". */
  programmingLanguage: string | null;
  fileCount: number;
  totalBytes: number;
  related: RelatedIdentifier[];
  /** Set when the version was withdrawn: the reason. */
  withdrawn: string | null;
}

/** Which of the two DOIs the record is about, and what the archive is called. */
export interface RecordOptions {
  kind?: "version" | "concept";
  archiveUrl?: string;
  publisher?: string;
  now?: Date;
}

/** The record of one version under its own DOI, or of the whole publication under its concept DOI (`kind: "concept"`). */
export function citationRecord(
  publication: PublicationView,
  version: VersionView,
  options: RecordOptions = {},
): CitationRecord {
  const {
    kind = "version",
    archiveUrl = config().url,
    publisher = config().publisher,
    now = new Date(),
  } = options;
  const { metadata } = version;
  const doi = kind === "concept" ? publication.conceptDoi : version.doi;
  const url = doi
    ? `${archiveUrl}/doi/${encodeDoi(doi)}`
    : `${archiveUrl}/p/${encodeURIComponent(publication.slug)}`;
  const issued = (version.publishedAt ?? now.toISOString()).slice(0, 10);
  return {
    doi,
    isTest: doi !== null && isTestPrefix(doi),
    kind,
    url,
    link: doi ? doiUrl(doi, archiveUrl) : url,
    title: metadata.title,
    authors: metadata.authors,
    publisher,
    issued,
    year: Number(issued.slice(0, 4)),
    created: /^\d{4}(?:-\d\d(?:-\d\d)?)?$/.test(metadata.date ?? "") ? metadata.date : null,
    version: String(version.number),
    description: plainText(metadata.description),
    license: metadata.license
      ? {
          id: metadata.license,
          name: licenseName(metadata.license),
          url: licenseUrl(metadata.license),
        }
      : null,
    keywords: metadata.keywords,
    field: metadata.field,
    programmingLanguage: version.language,
    fileCount: version.fileCount,
    totalBytes: version.totalBytes,
    related: relations(publication, version, kind),
    withdrawn:
      version.state === "withdrawn" ? (version.withdrawReason ?? "No reason was given.") : null,
  };
}

function relations(
  publication: PublicationView,
  version: VersionView,
  kind: "version" | "concept",
): RelatedIdentifier[] {
  const related: RelatedIdentifier[] = [];
  const add = (
    relation: RelationType,
    doi: string | null | undefined,
    resourceType: RelatedIdentifier["resourceType"],
  ): void => {
    if (doi) related.push({ relation, type: "DOI", identifier: doi, resourceType });
  };
  const paper = parseDoi(version.metadata.paperDoi ?? "");
  add("IsSupplementTo", paper, "Text");
  if (kind === "concept") {
    for (const each of publication.versions) add("HasVersion", each.doi, "ComputationalNotebook");
  } else {
    add("IsVersionOf", publication.conceptDoi, "ComputationalNotebook");
    const { earlier, later } = neighbours(publication, version);
    add("IsNewVersionOf", earlier?.doi, "ComputationalNotebook");
    add("IsPreviousVersionOf", later?.doi, "ComputationalNotebook");
  }
  add("IsDerivedFrom", publication.forkedFrom?.doi, "ComputationalNotebook");
  for (const fork of publication.forks) add("IsSourceOf", fork.doi, "ComputationalNotebook");
  const source = sourceUrl(version.source);
  if (source) related.push({ relation: "IsDerivedFrom", type: "URL", identifier: source });
  return related;
}

/** The versions with a DOI right before and after this one. */
function neighbours(publication: PublicationView, version: VersionView) {
  const minted = publication.versions.filter((each) => each.doi !== null);
  return {
    earlier: minted.filter((each) => each.number < version.number).at(-1),
    later: minted.find((each) => each.number > version.number),
  };
}

/**
 * The public address of the repository or record that the files came from, at the commit where that can be said. Never
 * with credentials.
 */
function sourceUrl(source: VersionView["source"]): string | null {
  if (!["git", "github", "record"].includes(source.type)) return null;
  const url = URL.parse(source.url ?? "");
  if (!url || !/^https?:$/.test(url.protocol)) return null;
  const address = `${url.origin}${url.pathname.replace(/\/+$/, "").replace(/\.git$/, "")}`;
  if (source.type === "record") return `${address}${url.search}`;
  const isGithub = source.type === "github" && /^\/[^/]+\/[^/]+$/.test(new URL(address).pathname);
  return isGithub && source.commit ? `${address}/tree/${source.commit}` : address;
}
