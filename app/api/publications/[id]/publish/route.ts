import { PublicationAnswer } from "#app/api/answers.ts";
import { resource, route } from "#app/api/kit.ts";
import { publicationAnswer } from "#app/api/publication.ts";
import { PublicationParams } from "#app/api/schemas.ts";
import { publishDraft } from "#lib/archive/index.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: route({
    summary: "Publish the draft: freezes it and mints its DOI",
    params: PublicationParams,
    role: "author",
    status: 202,
    answer: {
      schema: PublicationAnswer,
      description: "Under way: `version.state` reaches `published`; follow `eventsUrl`.",
    },
    handle: async ({ params, viewer }) => publicationAnswer(await publishDraft(params.id, viewer)),
  }),
});
