import type { Author } from "#lib/archive/index.ts";

/** An author as the form shows one: a group has a family name only. */
export interface AuthorParts {
  given: string;
  family: string;
  orcid: string;
  affiliation: string;
}

/** The parts of a stored author; "Family, Given" is taken apart where the parts are not stored. */
export function partsOf({ name, givenName, familyName, orcid, affiliation }: Author): AuthorParts {
  const [family = "", given = "", ...rest] = name.split(",").map((part) => part.trim());
  const isPair = given !== "" && rest.length === 0;
  return {
    given: givenName ?? (isPair ? given : ""),
    family: familyName ?? (isPair ? family : name),
    orcid: orcid ?? "",
    affiliation: affiliation ?? "",
  };
}

/** The author that the API takes. */
export function authorOf({ given, family, orcid, affiliation }: AuthorParts): Author {
  const [first, last] = [given.trim(), family.trim()];
  return {
    name: first && last ? `${last}, ${first}` : last || first,
    ...(first && last ? { givenName: first, familyName: last } : {}),
    ...(orcid.trim() ? { orcid: orcid.trim() } : {}),
    ...(affiliation.trim() ? { affiliation: affiliation.trim() } : {}),
  };
}

/** The list with one entry moved by a place, or the same list at its ends. */
export function moved<T>(list: T[], index: number, by: -1 | 1): T[] {
  const target = index + by;
  if (target < 0 || target >= list.length) return list;
  const copy = [...list];
  const [entry] = copy.splice(index, 1);
  if (entry !== undefined) copy.splice(target, 0, entry);
  return copy;
}
