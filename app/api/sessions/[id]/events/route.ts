import { SessionAnswer } from "#app/api/answers.ts";
import { eventStream } from "#app/api/events.ts";
import { resource, route } from "#app/api/kit.ts";
import { IdParams } from "#app/api/schemas.ts";
import { changes } from "#lib/events/index.ts";
import { getSession } from "#lib/sessions/index.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({
    summary: "Follow a session",
    params: IdParams,
    answer: {
      mediaType: "text/event-stream",
      schema: SessionAnswer,
      description: "The session now and after every change; ends when the session has.",
    },
    handle: ({ params, viewer, signal }) =>
      eventStream(signal, async function* (gone) {
        let last = "";
        for await (const _ of changes(`session:${params.id}`, gone)) {
          const session = await getSession(params.id, viewer);
          const text = JSON.stringify(session);
          if (text !== last) yield { data: session };
          last = text;
          if (session.state === "ended" || session.state === "failed") return;
        }
      }),
  }),
});
