import { nameParts, oneLine } from "./author-name.ts";
import { testPrefixNotice } from "./doi.ts";
import type { CitationRecord } from "./record.ts";

/** The record in RIS, for reference managers: one tag a line, CRLF, as the format wants. */
export function toRis(record: CitationRecord): string {
  const lines: [string, string | null][] = [
    ["TY", "COMP"],
    ["TI", record.title],
    ...record.authors.map((author): [string, string] => {
      const parts = nameParts(author);
      const name =
        "literal" in parts ? parts.literal : [parts.family, parts.given].filter(Boolean).join(", ");
      return ["AU", name];
    }),
    ["PY", String(record.year)],
    ["DA", record.issued.replaceAll("-", "/")],
    ["PB", record.publisher],
    ["ET", record.kind === "version" ? record.version : null],
    ["DO", record.doi],
    ["UR", record.url],
    ["AB", record.description],
    ...record.keywords.map((keyword): [string, string] => ["KW", keyword]),
    ["C1", record.license?.id ?? null],
    ["N1", record.isTest ? testPrefixNotice : null],
    ["N1", record.withdrawn ? `Withdrawn: ${record.withdrawn}` : null],
  ];
  const body = lines
    .filter(([, value]) => value)
    .map(([tag, value]) => `${tag}  - ${oneLine(value ?? "")}`);
  return `${[...body, "ER  - "].join("\r\n")}\r\n`;
}
