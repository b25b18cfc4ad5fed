import { randomBytes } from "node:crypto";
import type { Database } from "#lib/db/index.ts";

const maxLength = 60;
/** Names that pages and the API use in the same place. */
const reserved = new Set(["new", "search", "api", "draft", "edit", "publications", "doi"]);
const letters: Record<string, string> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  þ: "th",
  ł: "l",
  ı: "i",
};

/**
 * A readable name for a title, for URLs: lower case, hyphens, Latin letters without accents, other scripts as they are.
 * Never empty, never longer than 60 characters, never what an id looks like.
 */
export function slugOf(title: string): string {
  const words = title
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .normalize("NFC")
    .toLowerCase()
    .replace(/[ßæœøđðþłı]/g, (letter) => letters[letter] ?? letter)
    .replace(/['’]/g, "")
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter(Boolean);
  let slug = "";
  for (const word of words) {
    const longer = slug ? `${slug}-${word}` : word;
    if (Array.from(longer).length > maxLength) break;
    slug = longer;
  }
  slug ||= Array.from(words[0] ?? "publication")
    .slice(0, maxLength)
    .join("");
  return isId(slug) || reserved.has(slug) ? `paper-${slug}`.slice(0, maxLength) : slug;
}

/** Whether a text is a publication's id rather than its slug. */
export function isId(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text);
}

/**
 * A slug for a title that no publication has: with a number behind it where the plain one is taken. Part of the
 * transaction that creates the publication, which others wanting the same slug wait for.
 */
export async function freeSlug(title: string, tx: Database): Promise<string> {
  const slug = slugOf(title);
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`slug:${slug}`}, 0))`;
  const taken = await tx.publication.findMany({
    where: { OR: [{ slug }, { slug: { startsWith: `${slug}-` } }] },
    select: { slug: true },
  });
  const names = new Set(taken.map((row) => row.slug));
  if (!names.has(slug)) return slug;
  for (let number = 2; number <= names.size + 1; number += 1) {
    const candidate = `${slug}-${number}`;
    // Another title's own slug may look like this one's numbered: only what is free now is taken.
    if (!names.has(candidate)) return candidate;
  }
  return `${slug}-${randomBytes(5).toString("hex")}`;
}
