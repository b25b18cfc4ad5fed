import type { Author, Finding } from "#lib/archive/index.ts";
import { isObject, plainText } from "#lib/notebooks/index.ts";
import { parseDoi } from "./doi.ts";
import { normaliseLicense } from "./license.ts";
import { checkOrcid } from "./orcid.ts";

/** A trimmed, non-empty string of at most `max` characters; numbers count as their digits. Undefined for all else. */
export function text(value: unknown, max: number): string | undefined {
  const string = typeof value === "number" ? String(value) : value;
  if (typeof string !== "string") return undefined;
  const trimmed = string.replaceAll("\0", "").trim().slice(0, max).trim();
  return trimmed === "" ? undefined : trimmed;
}

/** A title or another field of one line. */
export function line(value: unknown, max: number): string | undefined {
  return text(text(value, max * 4)?.replace(/\s+/g, " "), max);
}

/** A list, whether the author wrote a list, one thing, or nothing. */
export function list(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return (Array.isArray(value) ? value : [value]).slice(0, 1_000);
}

/** Keywords from a list or from one string with commas or semicolons; doubles left out. */
export function keywords(value: unknown): string[] {
  const words = list(value)
    .flatMap((each) =>
      typeof each === "string" && !Array.isArray(value) ? each.split(/[,;]/) : [each],
    )
    .map((each) => line(each, 100))
    .filter((each) => each !== undefined);
  return [...new Map(words.map((word) => [word.toLowerCase(), word])).values()].slice(0, 100);
}

/** YYYY, YYYY-MM or YYYY-MM-DD out of a date or a date with time. */
export function date(value: unknown): string | undefined {
  const match = /^\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?(?=$|[T\s])/.exec(
    text(value, 40) ?? "",
  );
  return match?.[0];
}

/** An SPDX identifier, or a finding that the licence is not known. */
export function license(
  value: unknown,
  path: string,
  findings: Finding[],
  place?: string,
): string | undefined {
  const written = line(value, 300);
  if (!written) return undefined;
  const id = normaliseLicense(written);
  if (id) return id;
  findings.push({
    severity: "warning",
    code: "license_unknown",
    message: `"${written.slice(0, 80)}" is no SPDX licence identifier.`,
    path,
    ...(place && { place }),
  });
  return undefined;
}

/** A DOI, whatever way it is written. */
export function doi(value: unknown): string | undefined {
  const written = text(value, 2_000);
  return (written && parseDoi(written)) || undefined;
}

/** What a file says about a person or a group. */
export interface SaidAuthor {
  name?: unknown;
  given?: unknown;
  family?: unknown;
  orcid?: unknown;
  affiliation?: unknown;
}

/** An author within the bounds, or undefined where there is no name. A wrong ORCID iD is left out with a finding. */
export function author(
  said: SaidAuthor,
  path: string,
  findings: Finding[],
  place: string,
): Author | undefined {
  let family = line(said.family, 200);
  let given = line(said.given, 200);
  const written = line(said.name, 300);
  if (!family && written) {
    const parts = /^([^,]{1,200}),\s*([^,]{1,200})$/.exec(written);
    family = parts?.[1]?.trim();
    given = parts?.[2]?.trim();
  }
  const name = family
    ? [family, given].filter(Boolean).join(", ").slice(0, 300)
    : (written ?? given);
  if (!name) return undefined;
  const author: Author = { name };
  if (family) author.familyName = family;
  if (family && given) author.givenName = given;
  const affiliation = list(said.affiliation)
    .map((each) => line(isObject(each) ? each.name : each, 300))
    .find((each) => each !== undefined);
  if (affiliation) author.affiliation = affiliation;
  const orcid = line(said.orcid, 200);
  if (orcid) {
    const checked = checkOrcid(orcid);
    if (checked) author.orcid = checked;
    else {
      findings.push({
        severity: "warning",
        code: "orcid_invalid",
        message: `"${orcid.slice(0, 60)}" is no ORCID iD: it has a wrong form or check digit.`,
        path,
        place,
      });
    }
  }
  return author;
}

/** HTML, as Zenodo writes descriptions, or Markdown as paragraphs of plain text; other text as it is. */
export function description(value: unknown): string | undefined {
  const written = text(value, 100_000);
  if (!written || !/<\/?(?:p|br|div|ul|ol|li|em|strong|a|span|h[1-6])\b/i.test(written)) {
    return text(written, 50_000);
  }
  const broken = written
    .replace(/\s+/g, " ")
    .replace(/<br\s*\/?>/gi, "\n")
    .replace(/<\/(?:p|div|ul|ol|li|h[1-6])>/gi, "\n\n");
  return text(plainText(broken), 50_000);
}
