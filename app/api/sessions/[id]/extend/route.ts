import { SessionAnswer } from "#app/api/answers.ts";
import { resource, route } from "#app/api/kit.ts";
import { IdParams } from "#app/api/schemas.ts";
import { extendSession } from "#lib/sessions/index.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: route({
    summary: "Give a session more time",
    params: IdParams,
    answer: { schema: SessionAnswer, description: "The session with its new end." },
    handle: ({ params, viewer }) => extendSession(params.id, viewer),
  }),
});
