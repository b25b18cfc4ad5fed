/** Finding publications. */
export { searchPublications } from "./search.ts";
