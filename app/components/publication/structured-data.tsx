import type { PublicationView, VersionView } from "#lib/archive/index.ts";
import { citationRecord, doiFormats, schemaOrgScript } from "#lib/identifiers/index.ts";

const described = ["datacite-json", "csl-json", "bibtex", "schema-org"] as const;

/**
 * The record for search engines and citation managers: schema.org, and FAIR signposting as links of the head
 * (which React puts there).
 */
export function StructuredData({
  publication,
  version,
}: {
  publication: PublicationView;
  version: VersionView;
}) {
  const record = citationRecord(publication, version);
  return (
    <>
      {record.doi && <link rel="cite-as" href={record.link} />}
      {record.doi &&
        described.map((format) => (
          <link
            key={format}
            rel="describedby"
            type={doiFormats[format].accepts[0]}
            href={`/doi/${record.doi}?format=${format}`}
          />
        ))}
      {record.license?.url && <link rel="license" href={record.license.url} />}
      {record.authors.map(
        ({ orcid }) =>
          orcid && <link key={orcid} rel="author" href={`https://orcid.org/${orcid}`} />,
      )}
      <script
        type="application/ld+json"
        // schemaOrgScript escapes what could end the element
        dangerouslySetInnerHTML={{ __html: schemaOrgScript(record) }}
      />
    </>
  );
}
