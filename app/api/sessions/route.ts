import { z } from "zod";
import { SessionAnswer } from "#app/api/answers.ts";
import { resource, route } from "#app/api/kit.ts";
import { ListSessions, StartSession } from "#app/api/schemas.ts";
import { newVisitor } from "#lib/accounts/index.ts";
import { assertLaunchRate } from "#lib/limits/index.ts";
import { listSessions, startSession } from "#lib/sessions/index.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({
    summary: "List the sessions that are yours",
    query: ListSessions,
    answer: { schema: z.array(SessionAnswer), description: "Newest first." },
    handle: ({ viewer, query }) =>
      listSessions(viewer, { versionId: query.version, open: query.open }),
  }),
  POST: route({
    summary: "Start a session from a published version or a fork, or resume one",
    body: StartSession,
    status: 201,
    answer: {
      schema: SessionAnswer,
      description:
        "The session; `state` reaches `ready`, then `url` leads to it. Follow `eventsUrl`.",
    },
    handle: async ({ body, viewer, by, headers, clientAddress }) => {
      const rate = by === "token" ? {} : await assertLaunchRate(clientAddress);
      // A reader in a browser owns what they start by a cookie; a program by the id that it is given here.
      const visitor = viewer.userId === null ? newVisitor(headers) : null;
      const owner = visitor ? { ...viewer, visitorId: visitor.visitorId } : viewer;
      const session = await startSession(body, owner, clientAddress);
      const response = Response.json(session, {
        status: 201,
        headers: {
          location: `/api/sessions/${session.id}`,
          "cache-control": "no-store",
          ...rate,
        },
      });
      if (visitor) response.headers.append("set-cookie", visitor.setCookie);
      return response;
    },
  }),
});
