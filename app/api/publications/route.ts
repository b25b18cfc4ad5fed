import { PublicationAnswer, PublicationPageAnswer } from "#app/api/answers.ts";
import { resource, route } from "#app/api/kit.ts";
import { createdAnswer } from "#app/api/publication.ts";
import { CreatePublication, SearchQuery } from "#app/api/schemas.ts";
import { createFromArchive, createFromSource } from "#lib/archive/index.ts";
import { config } from "#lib/config.ts";
import { badRequest } from "#lib/errors.ts";
import { searchPublications } from "#lib/gallery/index.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({
    summary: "Search and list publications",
    query: SearchQuery,
    answer: { schema: PublicationPageAnswer, description: "One page of what matches." },
    handle: ({ query, viewer }) => searchPublications(query, viewer),
  }),
  POST: route({
    summary: "Create a draft from an archive's bytes, or from a source that is fetched",
    role: "author",
    body: CreatePublication,
    uploads: [
      "application/zip",
      "application/x-zip-compressed",
      "application/x-tar",
      "application/gzip",
      "application/x-gzip",
    ],
    maxBytes: () => config().uploadMax,
    status: 201,
    also: { 202: "The draft, while a source's files are still being fetched: see `eventsUrl`." },
    answer: { schema: PublicationAnswer, description: "The draft." },
    handle: async ({ upload, body, viewer }) => {
      if (upload) {
        const { stream, mediaType } = upload;
        return createdAnswer(await createFromArchive({ viewer, body: stream, mediaType }));
      }
      if (!body) throw badRequest("body_missing", "The request has no body.");
      const { source, metadata, listed } = body;
      return createdAnswer(
        await createFromSource({
          viewer,
          source,
          ...(metadata && { metadata }),
          ...(listed !== undefined && { listed }),
        }),
      );
    },
  }),
});
