import { PublicationAnswer } from "#app/api/answers.ts";
import { resource, route } from "#app/api/kit.ts";
import { createdAnswer } from "#app/api/publication.ts";
import { DoiBody } from "#app/api/schemas.ts";
import { forkVersion } from "#lib/archive/index.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: route({
    summary: "Fork a published version: a draft of your own with its own workspace",
    body: DoiBody,
    role: "author",
    status: 201,
    answer: { schema: PublicationAnswer, description: "The fork, with `forkedFrom`." },
    handle: async ({ body, viewer }) => {
      return createdAnswer(await forkVersion({ doi: body.doi, viewer }));
    },
  }),
});
