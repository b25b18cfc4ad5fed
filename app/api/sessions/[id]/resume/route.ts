import { SessionAnswer } from "#app/api/answers.ts";
import { resource, route } from "#app/api/kit.ts";
import { IdParams } from "#app/api/schemas.ts";
import { resumeSession } from "#lib/sessions/index.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: route({
    summary: "Go on with what was changed in an ended session",
    params: IdParams,
    status: 201,
    answer: {
      schema: SessionAnswer,
      description: "A new session in the same workspace, or the one that already lives in it.",
    },
    handle: async ({ params, viewer, clientAddress }) => {
      const session = await resumeSession(params.id, viewer, clientAddress);
      return Response.json(session, {
        status: 201,
        headers: { location: `/api/sessions/${session.id}`, "cache-control": "no-store" },
      });
    },
  }),
});
