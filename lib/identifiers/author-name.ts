import type { Author } from "#lib/archive/index.ts";

/** A person's name in parts, or the name as it stands where it cannot be told apart or belongs to a group. */
export type NameParts = { family: string; given: string } | { literal: string };

/** The parts of an author's name: as stored, else from "Family, Given". */
export function nameParts(author: Author): NameParts {
  if (author.familyName) return { family: author.familyName, given: author.givenName ?? "" };
  const comma = author.name.indexOf(",");
  if (comma === -1) return { literal: author.name };
  const family = author.name.slice(0, comma).trim();
  const given = author.name.slice(comma + 1).trim();
  return family && given && !given.includes(",") ? { family, given } : { literal: author.name };
}

/** "Given Family", as people write it. */
export function displayName(author: Author): string {
  const parts = nameParts(author);
  return "literal" in parts ? parts.literal : `${parts.given} ${parts.family}`.trim();
}

/** Text on one line, without control characters: what line-based formats need. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
}
