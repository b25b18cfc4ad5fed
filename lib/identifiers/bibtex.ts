import { nameParts, oneLine } from "./author-name.ts";
import { testPrefixNotice } from "./doi.ts";
import type { CitationRecord } from "./record.ts";

const months = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
/** Words that tell nothing apart in a key. */
const stopWords = new Set(
  "a an and are at by do does for from how in is it of on or the to was with".split(" "),
);

/** The record as a BibTeX entry in UTF-8. The title is kept from being lower-cased, everything special is escaped. */
export function toBibtex(record: CitationRecord): string {
  const month = months[Number(record.issued.slice(5, 7)) - 1];
  const notes = [
    record.isTest ? testPrefixNotice : "",
    record.withdrawn ? `Withdrawn: ${record.withdrawn}` : "",
  ].filter(Boolean);
  const fields: [string, string | null | undefined][] = [
    ["author", record.authors.map(bibtexName).join(" and ")],
    ["title", `{${bibtexText(record.title)}}`],
    ["year", String(record.year)],
    ["publisher", bibtexText(record.publisher)],
    ["version", record.kind === "version" ? bibtexText(record.version) : null],
    ["doi", record.doi],
    // Braces and backslashes would end the field; in an address they are always percent-encoded.
    ["url", record.url.replace(/[{}\\\s]/g, encodeURIComponent)],
    ["copyright", record.license ? bibtexText(record.license.name) : null],
    ["keywords", record.keywords.map((word) => bibtexText(word.replaceAll(",", " "))).join(", ")],
    ["abstract", bibtexText(record.description)],
    ["note", bibtexText(notes.join(". "))],
  ];
  const lines = fields
    .filter(([, value]) => value)
    .map(([name, value]) => `  ${name.padEnd(9)} = {${value}}`);
  if (month) lines.splice(3, 0, `  ${"month".padEnd(9)} = ${month}`);
  return `@misc{${citationKey(record)},\n${lines.join(",\n")}\n}\n`;
}

/** calloway2026curve: family name, year, first telling word of the title; ASCII letters and digits alone. */
export function citationKey(record: CitationRecord): string {
  const [first] = record.authors;
  const parts = first && nameParts(first);
  const name = parts ? ("literal" in parts ? parts.literal.split(" ").at(-1) : parts.family) : "";
  const word = record.title
    .split(/[^\p{L}\p{N}]+/u)
    .map(ascii)
    .find((each) => each.length > 1 && !stopWords.has(each));
  return `${ascii(name ?? "") || "colophon"}${record.year}${word ?? ""}`.slice(0, 60);
}

function ascii(text: string): string {
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "");
}

function bibtexName(author: CitationRecord["authors"][number]): string {
  const parts = nameParts(author);
  // Braces keep "and" and commas in a group's name from being read as names' separators.
  if ("literal" in parts) return `{${bibtexText(parts.literal)}}`;
  const family = bibtexText(parts.family);
  const guarded = /[,]|\band\b/i.test(family) ? `{${family}}` : family;
  return parts.given
    ? `${guarded}, ${bibtexText(parts.given.replaceAll(",", " "))}`
    : `{${family}}`;
}

const special: Record<string, string> = {
  "\\": "\\textbackslash{}",
  // An escaped brace still counts when BibTeX looks for the end of a field.
  "{": "\\textbraceleft{}",
  "}": "\\textbraceright{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
};

function bibtexText(text: string): string {
  return oneLine(text).replace(
    /[\\{}~^$&#_%]/g,
    (character) => special[character] ?? `\\${character}`,
  );
}
