import { PublicationAnswer } from "#app/api/answers.ts";
import { resource, route } from "#app/api/kit.ts";
import { publicationAnswer } from "#app/api/publication.ts";
import { MetadataPatch, PublicationParams } from "#app/api/schemas.ts";
import { setDraftMetadata } from "#lib/archive/index.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  PUT: route({
    summary: "Change the draft's metadata; what is left out stays",
    params: PublicationParams,
    body: MetadataPatch,
    role: "author",
    answer: { schema: PublicationAnswer, description: "The publication with its changed draft." },
    handle: async ({ params, body, viewer }) =>
      publicationAnswer(await setDraftMetadata(params.id, body, viewer)),
  }),
});
