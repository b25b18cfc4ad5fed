import type { PublicationView, VersionView } from "#lib/archive/index.ts";
import { citationRecord, citationStyles, formatCitation } from "#lib/identifiers/index.ts";
import { CitationBox } from "./citation-box.tsx";
import { Section } from "./section.tsx";

const formats = [
  ["bibtex", "BibTeX"],
  ["ris", "RIS"],
  ["csl-json", "CSL JSON"],
  ["datacite-json", "DataCite JSON"],
  ["schema-org", "schema.org"],
] as const;

/** How to cite this version, in the style that one's journal wants. */
export function Cite({
  publication,
  version,
}: {
  publication: PublicationView;
  version: VersionView;
}) {
  if (!version.doi) return null;
  const record = citationRecord(publication, version);
  const citations = Object.entries(citationStyles).map(([id, label]) => ({
    id,
    label,
    text: formatCitation(record, id),
  }));
  return (
    <Section id="cite" title="Cite this version">
      <CitationBox citations={citations} />
      <p className="mt-3 flex flex-wrap gap-x-4 gap-y-1 text-sm">
        <span className="text-quiet">Download as</span>
        {formats.map(([format, label]) => (
          <a
            key={format}
            href={`/doi/${version.doi}?format=${format}`}
            className="py-0.5"
            rel="nofollow"
          >
            {label}
          </a>
        ))}
      </p>
    </Section>
  );
}
