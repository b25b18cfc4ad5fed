import type { Author } from "#lib/archive/index.ts";
import { nameParts } from "./author-name.ts";
import { testPrefixNotice } from "./doi.ts";
import { orcidUrl } from "./orcid.ts";
import type { CitationRecord } from "./record.ts";

export interface DataCiteCreator {
  name: string;
  nameType?: "Personal" | "Organizational";
  givenName?: string;
  familyName?: string;
  nameIdentifiers: { nameIdentifier: string; nameIdentifierScheme: "ORCID"; schemeUri: string }[];
  affiliation: { name: string }[];
}

/** DataCite's JSON: what content negotiation gives, and the attributes of a DOI in DataCite's REST API. Schema 4.7. */
export interface DataCiteJson {
  id: string;
  doi: string | null;
  url: string;
  types: {
    resourceTypeGeneral: "ComputationalNotebook";
    resourceType: string;
    schemaOrg: string;
    citeproc: string;
    bibtex: string;
    ris: string;
  };
  creators: DataCiteCreator[];
  titles: { title: string }[];
  publisher: string;
  publicationYear: number;
  subjects: { subject: string }[];
  contributors: never[];
  dates: { date: string; dateType: "Issued" | "Created" }[];
  version?: string;
  sizes: string[];
  formats: string[];
  rightsList: {
    rights: string;
    rightsUri?: string;
    schemeUri: string;
    rightsIdentifier: string;
    rightsIdentifierScheme: "SPDX";
  }[];
  descriptions: { description: string; descriptionType: "Abstract" | "TechnicalInfo" | "Other" }[];
  relatedIdentifiers: {
    relatedIdentifier: string;
    relatedIdentifierType: "DOI" | "URL";
    relationType: string;
    resourceTypeGeneral?: string;
  }[];
  schemaVersion: string;
}

/** What DataCite's standard prescribes where a mandatory value is not known. */
export const unavailable = "(:unav)";

/** The record in DataCite's JSON. */
export function toDataCiteJson(record: CitationRecord): DataCiteJson {
  return {
    id: record.link,
    doi: record.doi,
    url: record.url,
    types: {
      resourceTypeGeneral: "ComputationalNotebook",
      resourceType: "Notebook and data",
      schemaOrg: "SoftwareSourceCode",
      citeproc: "software",
      bibtex: "misc",
      ris: "COMP",
    },
    creators:
      record.authors.length > 0
        ? record.authors.map(creator)
        : [{ name: unavailable, nameIdentifiers: [], affiliation: [] }],
    titles: [{ title: record.title }],
    publisher: record.publisher,
    publicationYear: record.year,
    subjects: subjects(record).map((subject) => ({ subject })),
    contributors: [],
    dates: [
      { date: record.issued, dateType: "Issued" },
      ...(record.created ? [{ date: record.created, dateType: "Created" as const }] : []),
    ],
    ...(record.kind === "version" && { version: record.version }),
    sizes: [
      `${record.totalBytes} bytes`,
      `${record.fileCount} file${record.fileCount === 1 ? "" : "s"}`,
    ],
    formats: ["application/x-ipynb+json"],
    rightsList: record.license
      ? [
          {
            rights: record.license.name,
            ...(record.license.url && { rightsUri: record.license.url }),
            schemeUri: "https://spdx.org/licenses/",
            rightsIdentifier: record.license.id.toLowerCase(),
            rightsIdentifierScheme: "SPDX",
          },
        ]
      : [],
    descriptions: descriptions(record),
    relatedIdentifiers: record.related.map((related) => ({
      relatedIdentifier: related.identifier,
      relatedIdentifierType: related.type,
      relationType: related.relation,
      ...(related.resourceType && { resourceTypeGeneral: related.resourceType }),
    })),
    schemaVersion: "http://datacite.org/schema/kernel-4",
  };
}

function creator(author: Author): DataCiteCreator {
  const parts = nameParts(author);
  const identifiers = author.orcid
    ? [
        {
          nameIdentifier: orcidUrl(author.orcid),
          nameIdentifierScheme: "ORCID" as const,
          schemeUri: "https://orcid.org",
        },
      ]
    : [];
  const affiliation = author.affiliation ? [{ name: author.affiliation }] : [];
  if ("literal" in parts) {
    // Only persons have an ORCID iD; of any other undivided name it is not known whose it is.
    return {
      name: parts.literal,
      ...(author.orcid && { nameType: "Personal" as const }),
      nameIdentifiers: identifiers,
      affiliation,
    };
  }
  return {
    name: [parts.family, parts.given].filter(Boolean).join(", "),
    nameType: "Personal",
    ...(parts.given && { givenName: parts.given }),
    familyName: parts.family,
    nameIdentifiers: identifiers,
    affiliation,
  };
}

function subjects(record: CitationRecord): string[] {
  return [...new Set([...(record.field ? [record.field] : []), ...record.keywords])];
}

function descriptions(record: CitationRecord): DataCiteJson["descriptions"] {
  const all: DataCiteJson["descriptions"] = [];
  if (record.description) {
    all.push({ description: record.description, descriptionType: "Abstract" });
  }
  if (record.isTest) all.push({ description: testPrefixNotice, descriptionType: "TechnicalInfo" });
  if (record.withdrawn) {
    all.push({ description: `Withdrawn: ${record.withdrawn}`, descriptionType: "Other" });
  }
  return all;
}
