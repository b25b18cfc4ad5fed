import { toBibtex } from "./bibtex.ts";
import { formatCitation } from "./citation.ts";
import { toCodemeta } from "./codemeta.ts";
import { toCslJson } from "./csl.ts";
import { toDataCiteJson } from "./datacite.ts";
import { toDataCiteXml } from "./datacite-xml.ts";
import type { CitationRecord } from "./record.ts";
import { toRis } from "./ris.ts";
import { toSchemaOrg } from "./schema-org.ts";

export type DoiFormat =
  | "datacite-json"
  | "datacite-xml"
  | "csl-json"
  | "bibtex"
  | "ris"
  | "schema-org"
  | "codemeta"
  | "bibliography";

/** Each metadata format: its name for people, the media types that ask for it, and the ending of a downloaded file. */
export const doiFormats: Readonly<
  Record<DoiFormat, { label: string; accepts: readonly [string, ...string[]]; extension: string }>
> = {
  "csl-json": {
    label: "CSL JSON",
    accepts: ["application/vnd.citationstyles.csl+json"],
    extension: "json",
  },
  "datacite-json": {
    label: "DataCite JSON",
    accepts: ["application/vnd.datacite.datacite+json"],
    extension: "json",
  },
  "datacite-xml": {
    label: "DataCite XML",
    accepts: ["application/vnd.datacite.datacite+xml"],
    extension: "xml",
  },
  "schema-org": {
    label: "schema.org JSON-LD",
    accepts: ["application/ld+json", "application/vnd.schemaorg.ld+json"],
    extension: "jsonld",
  },
  bibtex: { label: "BibTeX", accepts: ["application/x-bibtex"], extension: "bib" },
  ris: { label: "RIS", accepts: ["application/x-research-info-systems"], extension: "ris" },
  codemeta: {
    label: "CodeMeta",
    accepts: ["application/vnd.codemeta.ld+json"],
    extension: "jsonld",
  },
  bibliography: { label: "Citation", accepts: ["text/x-bibliography"], extension: "txt" },
};

/**
 * A record in one of the formats, ready to send. `style` (a CSL style's name) and `locale` are for the bibliography.
 * HTML is the landing page and is not made here: null.
 */
export function renderFormat(
  format: DoiFormat | "html",
  record: CitationRecord,
  options: { style?: string; locale?: string } = {},
): { contentType: string; body: string } | null {
  if (format === "html") return null;
  const contentType = `${doiFormats[format].accepts[0]}; charset=utf-8`;
  switch (format) {
    case "datacite-json":
      return { contentType, body: json(toDataCiteJson(record)) };
    case "datacite-xml":
      return { contentType, body: toDataCiteXml(record) };
    case "csl-json":
      return { contentType, body: json(toCslJson(record)) };
    case "bibtex":
      return { contentType, body: toBibtex(record) };
    case "ris":
      return { contentType, body: toRis(record) };
    case "schema-org":
      return { contentType, body: json(toSchemaOrg(record)) };
    case "codemeta":
      return { contentType, body: json(toCodemeta(record)) };
    case "bibliography":
      return { contentType, body: `${formatCitation(record, options.style, options.locale)}\n` };
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
