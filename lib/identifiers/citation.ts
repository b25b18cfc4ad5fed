import { plugins } from "@citation-js/core";
import "@citation-js/plugin-csl";
import { oneLine } from "./author-name.ts";
import { toCslJson } from "./csl.ts";
import { ownStyles } from "./csl-styles.ts";
import { testPrefixNotice } from "./doi.ts";
import type { CitationRecord } from "./record.ts";

/** The citation styles that can be asked for, with their names for people. */
export const citationStyles: Readonly<Record<string, string>> = {
  apa: "APA",
  "chicago-author-date": "Chicago",
  harvard1: "Harvard",
  ieee: "IEEE",
  "modern-language-association": "MLA",
  vancouver: "Vancouver",
};

for (const [name, xml] of Object.entries(ownStyles)) {
  plugins.config.get("@csl").styles.add(`colophon-${name}`, xml);
}

/**
 * The record as one line of a bibliography, plain text. An unknown style is set as APA and an unknown locale as en-US, as DOI
 * resolvers do. A DOI with the test prefix is always followed by the notice that it is not registered.
 */
export function formatCitation(record: CitationRecord, style = "apa", locale = "en-US"): string {
  const { locales } = plugins.config.get("@csl");
  // The item goes straight to the formatter: citation-js' input parsing would guess at strings and even fetch addresses.
  const { abstract: _abstract, keyword: _keyword, note: _note, DOI, ...item } = toCslJson(record);
  // Styles print a DOI as an address at doi.org, which knows nothing of a test DOI; the landing page has it in its own.
  const cited = DOI && !record.isTest ? { ...item, DOI } : item;
  const text = plugins.output.format("bibliography", [cited], {
    format: "text",
    template: templateOf(Object.hasOwn(citationStyles, style) ? style : "apa"),
    lang: locales.has(locale) ? locale : "en-US",
  });
  // Numbered styles begin with "1. ", which means nothing for a single entry.
  const line = oneLine(text).replace(/^(?:1\.|\[1\])\s*/, "");
  return record.isTest ? `${line} [${testPrefixNotice}]` : line;
}

/** Under which name citation-js knows the style: ours are kept apart from those that it brings. */
function templateOf(style: string): string {
  return Object.hasOwn(ownStyles, style) ? `colophon-${style}` : style;
}
