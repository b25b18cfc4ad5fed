import type { Viewer } from "#lib/accounts/index.ts";
import type {
  EnvironmentView,
  Facet,
  PublicationCard,
  PublicationPage,
  PublicationQuery,
} from "#lib/archive/index.ts";
import { db, Prisma } from "#lib/db/index.ts";
import {
  canResemble,
  inGallery,
  matchingWords,
  passingFilters,
  resembling,
  searchWords,
} from "./conditions.ts";
import { decodeCursor, encodeCursor, type Sort } from "./cursor.ts";
import { after, orderOf } from "./order.ts";

const defaultLimit = 24;
const maxLimit = 100;
const maxFacets = 60;
/** A card shows no more of the description. */
const descriptionLength = 400;

interface Row {
  id: string;
  publicationId: string;
  slug: string;
  number: number;
  title: string;
  authors: { name: string }[];
  description: string;
  keywords: string[];
  field: string | null;
  license: string | null;
  language: string | null;
  doi: string | null;
  figureSha256: string | null;
  hasData: boolean;
  launchCount: number;
  forkCount: number;
  publishedAt: Date | null;
  year: number | null;
  image: EnvironmentView["state"];
  key: string;
}

/**
 * One page of the gallery: the newest published version of each listed publication that has all the words and passes
 * the filters; where nothing has the words, what resembles them. Facets count over everything that has the words,
 * whatever the filters are. The order is total, so pages neither repeat nor skip. Throws `cursor_invalid` (400).
 */
export async function searchPublications(
  query: PublicationQuery,
  _viewer: Viewer,
): Promise<PublicationPage> {
  const exact = await searchBy(matchingWords(query.q), query);
  const misspelt = exact.facets.total === 0 && canResemble(query.q);
  const found = misspelt ? await searchBy(resembling(query.q), query) : exact;
  const { facets, rows, sort, limit } = found;
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return {
    items: shown.map(card),
    nextCursor: last ? encodeCursor(sort, last.key, last.id) : null,
    total: found.total,
    facets: { fields: facets.fields, languages: facets.languages, licenses: facets.licenses },
  };
}

async function searchBy(words: Prisma.Sql, query: PublicationQuery) {
  const asked = query.sort ?? (query.q ? "relevance" : "newest");
  const sort: Sort = asked === "relevance" && searchWords(query.q).length === 0 ? "newest" : asked;
  const limit = Math.min(Math.max(Math.trunc(query.limit ?? defaultLimit), 1), maxLimit);
  const filters = passingFilters(query);
  const [rows, total, facets] = await Promise.all([
    pageOf(words, filters, query, sort, limit),
    countOf(words, filters),
    facetsOf(words),
  ]);
  return { rows, total, facets, sort, limit };
}

async function pageOf(
  words: Prisma.Sql,
  filters: Prisma.Sql,
  query: PublicationQuery,
  sort: Sort,
  limit: number,
): Promise<Row[]> {
  const order = orderOf(sort, query.q);
  const from = query.cursor ? decodeCursor(query.cursor, sort) : null;
  const rest = from ? after(order, from.value, from.id) : Prisma.sql`TRUE`;
  const direction = order.descending ? Prisma.sql`DESC` : Prisma.sql`ASC`;
  // What is large or joined is looked at for the rows of this page alone.
  return await db().$queryRaw<Row[]>`
    WITH page AS MATERIALIZED (
      SELECT v."id", ${order.text} AS "key",
             row_number() OVER (ORDER BY ${order.key} ${direction}, v."id" ${direction}) AS "place"
      FROM ${inGallery}
      WHERE ${words} AND ${filters} AND ${rest}
      ORDER BY ${order.key} ${direction}, v."id" ${direction}
      LIMIT ${limit + 1})
    SELECT v."id", v."publicationId", p."slug", v."number", v."title",
           v."metadata"->'authors' AS "authors",
           left(v."metadata"->>'description', ${descriptionLength}) AS "description",
           v."metadata"->'keywords' AS "keywords",
           v."field", v."license", v."language", v."doi", v."figureSha256", v."hasData",
           p."launchCount", p."forkCount", v."publishedAt",
           extract(year FROM v."publishedAt")::int AS "year",
           CASE WHEN e."key" IS NULL THEN 'none'
                WHEN e."imageId" IS NOT NULL THEN 'built'
                WHEN b."state" IS NULL OR b."state" = 'built' THEN 'unbuilt'
                ELSE b."state"::text END AS "image",
           page."key"
    FROM page
    JOIN "Version" v ON v."id" = page."id"
    JOIN "Publication" p ON p."id" = v."publicationId"
    LEFT JOIN "Environment" e ON e."key" = v."environmentKey"
    LEFT JOIN LATERAL (
      SELECT "state" FROM "Build" WHERE "environmentKey" = e."key"
      ORDER BY "createdAt" DESC LIMIT 1) b ON TRUE
    ORDER BY page."place"`;
}

async function countOf(words: Prisma.Sql, filters: Prisma.Sql): Promise<number> {
  const [row] = await db().$queryRaw<{ count: bigint }[]>`
    SELECT count(*) AS "count" FROM ${inGallery} WHERE ${words} AND ${filters}`;
  return Number(row?.count ?? 0);
}

async function facetsOf(
  words: Prisma.Sql,
): Promise<{ total: number; fields: Facet[]; languages: Facet[]; licenses: Facet[] }> {
  const rows = await db().$queryRaw<
    {
      field: string | null;
      language: string | null;
      license: string | null;
      of: number;
      count: bigint;
    }[]
  >`
    SELECT v."field", v."language", v."license",
           GROUPING(v."field", v."language", v."license") AS "of", count(*) AS "count"
    FROM ${inGallery} WHERE ${words}
    GROUP BY GROUPING SETS ((v."field"), (v."language"), (v."license"), ())`;
  // GROUPING has a bit for each column that a row is not about.
  const facet = (of: number, column: "field" | "language" | "license"): Facet[] =>
    rows
      .flatMap((row) => {
        const value = row.of === of ? row[column] : null;
        return value ? [{ value, count: Number(row.count) }] : [];
      })
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
      .slice(0, maxFacets);
  return {
    total: Number(rows.find((row) => row.of === 0b111)?.count ?? 0),
    fields: facet(0b011, "field"),
    languages: facet(0b101, "language"),
    licenses: facet(0b110, "license"),
  };
}

function card(row: Row): PublicationCard {
  return {
    id: row.publicationId,
    slug: row.slug,
    title: row.title,
    authors: (row.authors ?? []).map((author) => author.name),
    description: row.description ?? "",
    year: row.year,
    field: row.field,
    keywords: row.keywords ?? [],
    language: row.language,
    license: row.license,
    doi: row.doi,
    version: row.number,
    figureSha256: row.figureSha256,
    hasData: row.hasData,
    launchCount: row.launchCount,
    forkCount: row.forkCount,
    image: row.image,
    publishedAt: row.publishedAt?.toISOString() ?? null,
  };
}
