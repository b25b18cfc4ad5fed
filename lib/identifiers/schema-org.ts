import { displayName, nameParts } from "./author-name.ts";
import { doiUrl, testPrefixNotice } from "./doi.ts";
import { orcidUrl } from "./orcid.ts";
import type { CitationRecord, RelatedIdentifier } from "./record.ts";

/** The record as schema.org JSON-LD: a notebook with its data is source code and a dataset at once. */
export function toSchemaOrg(record: CitationRecord): Record<string, unknown> {
  const archiveUrl = new URL(record.url).origin;
  const find = (...relations: RelatedIdentifier["relation"][]) =>
    record.related
      .filter(({ relation }) => relations.includes(relation))
      .map((related) => reference(related, archiveUrl));
  const paper = find("IsSupplementTo");
  const basis = find("IsDerivedFrom");
  const concept = find("IsVersionOf");
  const versions = find("HasVersion");
  return {
    "@context": "https://schema.org",
    "@type": ["SoftwareSourceCode", "Dataset"],
    "@id": record.link,
    url: record.url,
    ...(record.doi && {
      identifier: {
        "@type": "PropertyValue",
        propertyID: "https://registry.identifiers.org/registry/doi",
        value: `doi:${record.doi}`,
        url: record.link,
        ...(record.isTest && { description: testPrefixNotice }),
      },
    }),
    name: record.title,
    author: record.authors.map(person),
    publisher: { "@type": "Organization", name: record.publisher, url: archiveUrl },
    datePublished: record.issued,
    ...(record.created && { dateCreated: record.created }),
    ...(record.kind === "version" && { version: record.version }),
    ...(record.description && { description: record.description }),
    ...(record.license && { license: record.license.url ?? record.license.name }),
    ...(record.keywords.length > 0 && { keywords: record.keywords }),
    ...(record.field && { about: { "@type": "Thing", name: record.field } }),
    ...(record.programmingLanguage && {
      programmingLanguage: { "@type": "ComputerLanguage", name: record.programmingLanguage },
    }),
    isAccessibleForFree: true,
    encodingFormat: "application/x-ipynb+json",
    ...(paper.length > 0 && {
      citation: paper.map((id) => ({ "@type": "ScholarlyArticle", ...id })),
    }),
    ...(basis.length > 0 && { isBasedOn: basis }),
    ...(concept.length > 0 && { exampleOfWork: concept[0] }),
    ...(versions.length > 0 && { workExample: versions }),
    ...(record.withdrawn && { creativeWorkStatus: `Withdrawn: ${record.withdrawn}` }),
  };
}

/** The same as text that may stand inside a `<script type="application/ld+json">`: nothing in it can end the element. */
export function schemaOrgScript(record: CitationRecord): string {
  return JSON.stringify(toSchemaOrg(record)).replaceAll("<", "\\u003c");
}

function reference(related: RelatedIdentifier, archiveUrl: string): { "@id": string } {
  const { type, identifier } = related;
  return { "@id": type === "DOI" ? doiUrl(identifier, archiveUrl) : identifier };
}

function person(author: CitationRecord["authors"][number]): Record<string, unknown> {
  const parts = nameParts(author);
  return {
    "@type": "Person",
    ...(author.orcid && { "@id": orcidUrl(author.orcid) }),
    name: displayName(author),
    ...("family" in parts && {
      ...(parts.given && { givenName: parts.given }),
      familyName: parts.family,
    }),
    ...(author.affiliation && {
      affiliation: { "@type": "Organization", name: author.affiliation },
    }),
  };
}
