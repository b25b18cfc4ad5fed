import { Readable } from "node:stream";
import type { Viewer } from "#lib/accounts/index.ts";
import { paperZip } from "./papers.ts";

/** A draft of `viewer`, made the ordinary way out of a zip. */
export async function createPaper(
  viewer: Viewer,
  title = "A paper",
  files: Record<string, string | Buffer> = {},
) {
  const { createFromArchive } = await import("#lib/archive/index.ts");
  const publication = await createFromArchive({
    viewer,
    body: Readable.from([paperZip({ title, files })]),
    mediaType: "application/zip",
  });
  if (!publication.draft) throw new Error("no draft");
  return { ...publication, draft: publication.draft };
}

/** Publishes a draft and does the job of the worker at once. */
export async function publishPaper(idOrSlug: string, viewer: Viewer) {
  const { getPublication, publishDraft, runPublish } = await import("#lib/archive/index.ts");
  const { draft } = await publishDraft(idOrSlug, viewer);
  await runPublish(
    { versionId: draft?.id ?? "" },
    { signal: new AbortController().signal, lastTry: false },
  );
  return await getPublication(idOrSlug, viewer);
}
