import { z } from "zod";
import type { PublicationQuery } from "#lib/archive/index.ts";
import { badRequest } from "#lib/errors.ts";

export type Sort = NonNullable<PublicationQuery["sort"]>;

/** Where a page ended: the order, the last row's value in it (as text), and its id, which settles ties. */
const Cursor = z.tuple([
  z.enum(["newest", "launches", "forks", "title", "relevance"]),
  z.string().max(600),
  z.uuid(),
]);

/** The end of a page, as an opaque text. */
export function encodeCursor(sort: Sort, value: string, id: string): string {
  return Buffer.from(JSON.stringify([sort, value, id])).toString("base64url");
}

/** Where to go on. Throws `cursor_invalid` (400) for what is none of ours or belongs to another order. */
export function decodeCursor(text: string, sort: Sort): { value: string; id: string } {
  const cursor = Cursor.safeParse(parse(text.slice(0, 2_000)));
  if (!cursor.success || cursor.data[0] !== sort || !sound(sort, cursor.data[1])) {
    throw badRequest(
      "cursor_invalid",
      "This is not where a page of this list ended.",
      "Begin again without a cursor.",
    );
  }
  return { value: cursor.data[1], id: cursor.data[2] };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function sound(sort: Sort, value: string): boolean {
  if (value.includes("\0")) return false;
  if (sort === "title") return true;
  if (sort === "newest") return !Number.isNaN(Date.parse(value));
  return /^-?\d{1,9}$/.test(value);
}
