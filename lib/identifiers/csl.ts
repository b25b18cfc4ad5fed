import { nameParts } from "./author-name.ts";
import { testPrefixNotice } from "./doi.ts";
import type { CitationRecord } from "./record.ts";

export interface CslName {
  family?: string;
  given?: string;
  literal?: string;
}

/** An item of CSL-JSON 1.0.2 (github.com/citation-style-language/schema), with the fields that occur here. */
export interface CslItem {
  id: string;
  type: "software";
  genre: string;
  title: string;
  author: CslName[];
  issued: { "date-parts": [number[]] };
  publisher: string;
  URL: string;
  DOI?: string;
  version?: string;
  abstract?: string;
  keyword?: string;
  note?: string;
}

/** The record as one CSL-JSON item, the shape that DOI content negotiation gives. */
export function toCslJson(record: CitationRecord): CslItem {
  const notes = [
    record.isTest ? testPrefixNotice : "",
    record.withdrawn ? `Withdrawn: ${record.withdrawn}` : "",
  ].filter(Boolean);
  return {
    id: record.link,
    type: "software",
    genre: "Computational notebook",
    title: record.title,
    author: record.authors.map((author) => {
      const parts = nameParts(author);
      if ("literal" in parts) return { literal: parts.literal };
      return parts.given ? parts : { family: parts.family };
    }),
    issued: { "date-parts": [record.issued.split("-").map(Number)] },
    publisher: record.publisher,
    URL: record.url,
    ...(record.doi && { DOI: record.doi }),
    ...(record.kind === "version" && { version: record.version }),
    ...(record.description && { abstract: record.description }),
    ...(record.keywords.length > 0 && { keyword: record.keywords.join(", ") }),
    ...(notes.length > 0 && { note: notes.join(". ") }),
  };
}
