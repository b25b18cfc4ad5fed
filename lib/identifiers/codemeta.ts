import type { CitationRecord } from "./record.ts";
import { toSchemaOrg } from "./schema-org.ts";

/** The record as CodeMeta 3: schema.org's words under a context of their own, as plain software. https://codemeta.github.io */
export function toCodemeta(record: CitationRecord): Record<string, unknown> {
  const { citation, ...common } = toSchemaOrg(record);
  return {
    ...common,
    "@context": "https://w3id.org/codemeta/3.0",
    "@type": "SoftwareSourceCode",
    ...(citation !== undefined && { referencePublication: citation }),
  };
}
