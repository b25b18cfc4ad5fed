import type { Metadata } from "next";
import type { PublicationView, VersionView } from "#lib/archive/index.ts";
import { config } from "#lib/config.ts";
import { citationRecord } from "#lib/identifiers/index.ts";

/** The page's head: what search engines, reference managers and chat previews read. */
export function paperMetadata(publication: PublicationView, version: VersionView): Metadata {
  const record = citationRecord(publication, version);
  const url = `${config().url}/p/${publication.slug}/v/${version.number}`;
  const figure = version.figureSha256 ? `/figures/${version.figureSha256}` : undefined;
  return {
    title: record.title,
    description: record.description.slice(0, 300) || undefined,
    alternates: { canonical: url },
    robots: publication.listed ? undefined : { index: false },
    openGraph: {
      type: "article",
      title: record.title,
      url,
      ...(figure ? { images: [figure] } : {}),
    },
    other: {
      citation_title: record.title,
      citation_author: record.authors.map(({ name }) => name),
      citation_publication_date: record.issued.replaceAll("-", "/"),
      citation_publisher: record.publisher,
      ...(record.doi ? { citation_doi: record.doi } : {}),
    },
  };
}
