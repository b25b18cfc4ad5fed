import type { Viewer } from "#lib/accounts/index.ts";
import type { PublicationQuery } from "#lib/archive/index.ts";
import { isColophonError } from "#lib/errors.ts";
import { searchPublications } from "#lib/gallery/index.ts";

const papersOnPage = 25;

/**
 * A page of the gallery with the query that it answers: where the address says no place that this list has, as
 * after a shortened link, it is the first page.
 */
export async function findPapers(query: PublicationQuery, viewer: Viewer) {
  const search = (asked: PublicationQuery) =>
    searchPublications({ ...asked, limit: papersOnPage }, viewer);
  try {
    return { query, page: await search(query) };
  } catch (error) {
    if (!isColophonError(error) || error.code !== "cursor_invalid") throw error;
    const first = { ...query, cursor: undefined };
    return { query: first, page: await search(first) };
  }
}
