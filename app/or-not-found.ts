import { notFound } from "next/navigation";
import { isColophonError } from "#lib/errors.ts";

/** What a page asked the domain for; "there is no such …" becomes the page that says so. */
export async function orNotFound<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (isColophonError(error) && error.status === 404) notFound();
    throw error;
  }
}
