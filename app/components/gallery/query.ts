import type { PublicationQuery } from "#lib/archive/index.ts";

export type SearchParams = Record<string, string | string[] | undefined>;

export const sorts = {
  newest: "Newest first",
  launches: "Most launched",
  forks: "Most forked",
  title: "By title",
} as const;

function one(value: string | string[] | undefined): string | undefined {
  const first = Array.isArray(value) ? value[0] : value;
  return first?.trim().slice(0, 500) || undefined;
}

/** The address's query as a search. What is not understood is left out, never an error. */
export function readQuery(search: SearchParams): PublicationQuery {
  const sort = one(search.sort);
  return {
    q: one(search.q),
    subject: one(search.subject),
    language: one(search.language),
    license: one(search.license),
    data: one(search.data) === "1" ? true : undefined,
    sort: sort && sort in sorts ? (sort as keyof typeof sorts) : undefined,
    cursor: one(search.cursor),
  };
}

/** The address of a search: the default leaves no trace in it. */
export function queryUrl(query: PublicationQuery, change: Partial<PublicationQuery> = {}): string {
  const merged = { ...query, cursor: undefined, ...change };
  const search = new URLSearchParams();
  for (const key of ["q", "subject", "language", "license", "sort", "cursor"] as const) {
    const value = merged[key];
    if (value) search.set(key, value);
  }
  if (merged.data) search.set("data", "1");
  const text = search.toString();
  return text ? `/?${text}` : "/";
}

/** Whether anything narrows the list. */
export function isNarrowed({ q, subject, language, license, data }: PublicationQuery): boolean {
  return Boolean(q || subject || language || license || data);
}
