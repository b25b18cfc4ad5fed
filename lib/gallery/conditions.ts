import { type PublicationQuery, searchable } from "#lib/archive/index.ts";
import { Prisma } from "#lib/db/index.ts";
import { parseDoi } from "#lib/identifiers/index.ts";

const maxWords = 10;
const maxWordLength = 80;
/** Anything resembles a shorter word. */
const minFuzzyLength = 4;

/** The words of a search, as they are compared. */
export function searchWords(q: string | undefined): string[] {
  return searchable((q ?? "").slice(0, 1_000))
    .replaceAll("\0", " ")
    .split(/[\s,;"]+/)
    .filter(Boolean)
    .slice(0, maxWords)
    .map((word) => word.slice(0, maxWordLength));
}

function pattern(word: string): string {
  return `%${word.replace(/[\\%_]/g, "\\$&")}%`;
}

/** What the gallery holds at all: the newest published version of each listed publication. */
export const inGallery = Prisma.sql`
  "Version" v JOIN "Publication" p ON p."id" = v."publicationId" AND p."listed"`;

/** Rows in which every word occurs; or, where a DOI is searched, the publication that it names. */
export function matchingWords(q: string | undefined): Prisma.Sql {
  const doi = parseDoi(q ?? "");
  if (doi) return Prisma.sql`v."newest" AND (v."doi" = ${doi} OR p."conceptDoi" = ${doi})`;
  const conditions = searchWords(q).map((word) => Prisma.sql`v."searchText" LIKE ${pattern(word)}`);
  return Prisma.join([Prisma.sql`v."newest"`, ...conditions], " AND ");
}

/** Rows whose title or authors resemble every longer word: for when one is misspelt. */
export function resembling(q: string | undefined): Prisma.Sql {
  const conditions = searchWords(q)
    .filter((word) => word.length >= minFuzzyLength)
    .map(
      // The text begins with title and authors; comparing all of it would find something for anything.
      (word) => Prisma.sql`word_similarity(${word}, left(v."searchText", 160)) > 0.42`,
    );
  return Prisma.join([Prisma.sql`v."newest"`, ...conditions], " AND ");
}

/** Whether a search has words long enough to be guessed at. */
export function canResemble(q: string | undefined): boolean {
  return searchWords(q).some((word) => word.length >= minFuzzyLength);
}

/** Rows that pass the filters. */
export function passingFilters(query: PublicationQuery): Prisma.Sql {
  const conditions = [Prisma.sql`TRUE`];
  // Whoever types an address by hand writes "python": case tells nothing apart here.
  const is = (column: Prisma.Sql, text: string) =>
    conditions.push(Prisma.sql`lower(${column}) = lower(${clean(text)})`);
  if (query.language) is(Prisma.sql`v."language"`, query.language);
  if (query.subject) is(Prisma.sql`v."field"`, query.subject);
  if (query.license) is(Prisma.sql`v."license"`, query.license);
  if (query.data) conditions.push(Prisma.sql`v."hasData"`);
  return Prisma.join(conditions, " AND ");
}

// PostgreSQL holds no NUL; no stored value has one either.
function clean(text: string): string {
  return text.replaceAll("\0", "");
}
