import { PublicationAnswer } from "#app/api/answers.ts";
import { resource, route } from "#app/api/kit.ts";
import { publicationAnswer } from "#app/api/publication.ts";
import { PublicationParams } from "#app/api/schemas.ts";
import { getPublication } from "#lib/archive/index.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({
    summary: "Read a publication with its versions",
    params: PublicationParams,
    answer: { schema: PublicationAnswer, description: "The publication." },
    handle: async ({ params, viewer }) =>
      publicationAnswer(await getPublication(params.id, viewer)),
  }),
});
