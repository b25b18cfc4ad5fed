import type { PublicationView, VersionView } from "#lib/archive/index.ts";
import { config } from "#lib/config.ts";
import { notFound } from "#lib/errors.ts";

/** The version that a publication's state is told by: the draft of who may edit it, else the newest. */
export function currentVersion(publication: PublicationView): VersionView {
  const version = publication.draft ?? publication.versions.at(-1);
  if (!version) throw notFound("publication");
  return version;
}

/** A publication as the API answers it. */
export function publicationAnswer(publication: PublicationView) {
  const { id, number, doi, state, publishedAt, preflight, ingest } = currentVersion(publication);
  return {
    ...publication,
    url: `${config().url}/p/${publication.slug}`,
    version: { id, number, doi, state, publishedAt, ingest },
    preflight,
    eventsUrl: `/api/publications/${publication.id}/events`,
  };
}

/** The answer to a publication's creation: 201, or 202 while its files are still being fetched. */
export function createdAnswer(publication: PublicationView): Response {
  const fetching = currentVersion(publication).ingest.state === "fetching";
  return Response.json(publicationAnswer(publication), {
    status: fetching ? 202 : 201,
    headers: {
      location: `/api/publications/${publication.id}`,
      "cache-control": "no-store",
    },
  });
}
