import { z } from "zod";
import type { Prisma } from "#lib/db/index.ts";
import { ColophonError } from "#lib/errors.ts";
import { checkOrcid, normaliseLicense, parseDoi } from "#lib/identifiers/index.ts";
import { type Finding, VersionMetadata } from "./types.ts";

const fields = Object.keys(VersionMetadata.shape) as (keyof VersionMetadata)[];

// The defaults belong to a whole record: a change of some fields leaves the others as they are.
const Checked = VersionMetadata.partial().transform((value, context): Partial<VersionMetadata> => {
  const checked = { ...value };
  for (const [index, author] of (value.authors ?? []).entries()) {
    if (!author.orcid) continue;
    const orcid = checkOrcid(author.orcid);
    if (orcid) author.orcid = orcid;
    else issue(["authors", index, "orcid"], "is not an ORCID iD (its check digit is wrong)");
  }
  if (value.license) {
    checked.license = normaliseLicense(value.license);
    if (!checked.license) issue(["license"], "is not an SPDX licence identifier");
  }
  if (value.paperDoi) {
    checked.paperDoi = parseDoi(value.paperDoi);
    if (!checked.paperDoi) issue(["paperDoi"], "is not a DOI");
  }
  if (value.date && !isDate(value.date)) issue(["date"], "is not a date, YYYY-MM-DD");
  if (value.license === "") checked.license = null;
  if (value.paperDoi === "") checked.paperDoi = null;
  if (value.date === "") checked.date = null;
  if (value.field === "") checked.field = null;
  return checked;

  function issue(path: (string | number)[], message: string): void {
    context.addIssue({ code: "custom", path, message });
  }
});

function isDate(text: string): boolean {
  if (!/^\d{4}(?:-\d\d(?:-\d\d)?)?$/.test(text)) return false;
  const full = `${text}-01-01`.slice(0, 10);
  const date = new Date(`${full}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(full);
}

/**
 * The fields that somebody gave, checked and normalised (ORCID, SPDX, DOI); only those. Throws `metadata_invalid` (400)
 * that names every wrong field.
 */
export function checkMetadata(given: unknown): Partial<VersionMetadata> {
  const result = Checked.safeParse(given);
  if (!result.success) {
    const issues = result.error.issues.map(({ path, message }) => ({
      field: path.join("."),
      message,
    }));
    const first = issues[0];
    throw new ColophonError(
      "metadata_invalid",
      400,
      `The metadata has a mistake: ${first?.field} ${first?.message}.`,
      { hint: "Correct the fields named in `issues`.", details: { issues } },
    );
  }
  const named = new Set(Object.keys(given as object));
  return Object.fromEntries(
    fields
      .filter((field) => named.has(field) && result.data[field] !== undefined)
      .map((field) => [field, result.data[field]]),
  );
}

/** A whole record: what was given wins field by field over what the files say. */
export function completeMetadata(
  title: string,
  found: Partial<VersionMetadata>,
  given: Partial<VersionMetadata>,
): VersionMetadata {
  return VersionMetadata.parse({ title, ...defined(found), ...defined(given) });
}

function defined(partial: Partial<VersionMetadata>): Partial<VersionMetadata> {
  return Object.fromEntries(Object.entries(partial).filter(([, value]) => value !== undefined));
}

/** Metadata as it was stored. */
export function storedMetadata(json: unknown): VersionMetadata {
  return VersionMetadata.parse(json);
}

/** Text as it is searched: lower case, without accents, so that "Schrodinger" finds "Schrödinger". */
export function searchable(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .normalize("NFC")
    .toLowerCase()
    .replace(/\s+/g, " ")
    .trim();
}

/** The columns of a version that follow from its metadata; written wherever the metadata is. */
export function metadataColumns(metadata: VersionMetadata) {
  const words = [
    metadata.title,
    ...metadata.authors.map(({ name, affiliation }) => `${name} ${affiliation ?? ""}`),
    ...metadata.keywords,
    metadata.field ?? "",
    metadata.paperDoi ?? "",
    metadata.description,
  ];
  return {
    metadata: metadata as Prisma.InputJsonObject,
    title: metadata.title,
    field: metadata.field,
    license: metadata.license,
    searchText: searchable(words.join(" \n")).slice(0, 20_000),
  };
}

/** What the metadata still lack, before publishing. */
export function metadataFindings(metadata: VersionMetadata): Finding[] {
  const findings: Finding[] = [];
  if (metadata.authors.length === 0) {
    findings.push({
      severity: "error",
      code: "authors_missing",
      message: "Nobody is named as author: a citation needs at least one.",
    });
  }
  if (!metadata.license) {
    findings.push({
      severity: "warning",
      code: "license_missing",
      message: "There is no licence: nobody may legally reuse this.",
    });
  }
  return findings;
}

/** What is stored in a version's `preflight`: findings about how the files came in, and about the files themselves. */
const Preflight = z.object({
  intake: z.array(z.custom<Finding>()).default([]),
  files: z.array(z.custom<Finding>()).default([]),
});
export type Preflight = z.infer<typeof Preflight>;

/** The stored findings; none where nothing was stored yet. */
export function storedPreflight(json: unknown): Preflight {
  const result = Preflight.safeParse(json);
  return result.success ? result.data : { intake: [], files: [] };
}
