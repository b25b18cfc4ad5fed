import { redirect } from "next/navigation";
import { getPublication } from "#lib/archive/index.ts";
import { orNotFound } from "../../../or-not-found.ts";
import { user, viewer } from "../../../reading.ts";

/** A publication with the draft that the person is working on. Who is not signed in does that first. */
export async function readDraft(id: string) {
  if (!(await user())) redirect(`/sign-in?next=${encodeURIComponent(`/drafts/${id}`)}`);
  const publication = await orNotFound(getPublication(id, await viewer()));
  return { publication, draft: publication.draft };
}
