import { PublicationAnswer } from "#app/api/answers.ts";
import { resource, route } from "#app/api/kit.ts";
import { createdAnswer } from "#app/api/publication.ts";
import { IdParams } from "#app/api/schemas.ts";
import { saveSessionAsFork } from "#lib/sessions/index.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: route({
    summary: "Keep what was changed in a session as a fork of your own",
    params: IdParams,
    role: "author",
    status: 201,
    answer: { schema: PublicationAnswer, description: "The fork: a draft that is yours." },
    handle: async ({ params, viewer }) => createdAnswer(await saveSessionAsFork(params.id, viewer)),
  }),
});
