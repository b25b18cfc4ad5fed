/** Finding publications. */

export { ownPublications } from "./own-publications.ts";
export { searchPublications } from "./search.ts";
