import { Prisma } from "#lib/db/index.ts";
import { searchWords } from "./conditions.ts";
import type { Sort } from "./cursor.ts";

/** One way to order the gallery: what is compared, and whether the larger comes first. Ties are settled by the id. */
export interface Order {
  key: Prisma.Sql;
  /** The key as text, in a form that `bound` reads back without loss. */
  text: Prisma.Sql;
  bound(value: string): Prisma.Sql;
  descending: boolean;
}

/** The order that a query asks for; relevance means something only where words are searched. */
export function orderOf(sort: Sort, q: string | undefined): Order {
  switch (sort) {
    case "newest":
      return {
        key: Prisma.sql`v."publishedAt"`,
        text: Prisma.sql`to_char(v."publishedAt", 'YYYY-MM-DD"T"HH24:MI:SS.US')`,
        bound: (value) => Prisma.sql`${value}::timestamp`,
        descending: true,
      };
    case "launches":
      return counted(Prisma.sql`p."launchCount"`);
    case "forks":
      return counted(Prisma.sql`p."forkCount"`);
    case "title":
      return {
        key: Prisma.sql`lower(v."title") COLLATE "C"`,
        text: Prisma.sql`lower(v."title")`,
        bound: (value) => Prisma.sql`${value} COLLATE "C"`,
        descending: false,
      };
    case "relevance":
      return counted(relevance(q));
  }
}

function counted(key: Prisma.Sql): Order {
  return {
    key,
    text: Prisma.sql`(${key})::text`,
    bound: (value) => Prisma.sql`${Number(value)}::int`,
    descending: true,
  };
}

// Words in the title count most; then how much the whole resembles. Whole numbers, so that pages join without gaps.
function relevance(q: string | undefined): Prisma.Sql {
  const words = searchWords(q);
  const text = words.join(" ");
  const inTitle = words.map(
    (word) => Prisma.sql`(strpos(lower(v."title"), ${word}) > 0)::int * 1000`,
  );
  return Prisma.join(
    [...inTitle, Prisma.sql`round(word_similarity(${text}, lower(v."title")) * 900)::int`],
    " + ",
  );
}

/** Rows that come after a page's last one. */
export function after(order: Order, value: string, id: string): Prisma.Sql {
  const bound = order.bound(value);
  return order.descending
    ? Prisma.sql`(${order.key}, v."id") < (${bound}, ${id})`
    : Prisma.sql`(${order.key}, v."id") > (${bound}, ${id})`;
}
