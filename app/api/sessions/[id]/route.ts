import { SessionAnswer } from "#app/api/answers.ts";
import { resource, route } from "#app/api/kit.ts";
import { IdParams } from "#app/api/schemas.ts";
import { endSession, getSession } from "#lib/sessions/index.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({
    summary: "Read a session",
    params: IdParams,
    answer: { schema: SessionAnswer, description: "The session." },
    handle: ({ params, viewer }) => getSession(params.id, viewer),
  }),
  DELETE: route({
    summary: "End a session; what was changed in it is kept for a while",
    params: IdParams,
    answer: { schema: SessionAnswer, description: "The session, ending." },
    handle: async ({ params, viewer }) => {
      await endSession(params.id, viewer);
      return await getSession(params.id, viewer);
    },
  }),
});
