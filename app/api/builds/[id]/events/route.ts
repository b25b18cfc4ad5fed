import { BuildAnswer } from "#app/api/answers.ts";
import { eventStream } from "#app/api/events.ts";
import { resource, route } from "#app/api/kit.ts";
import { IdParams } from "#app/api/schemas.ts";
import { getBuild, readBuildLog } from "#lib/environments/index.ts";
import { changes } from "#lib/events/index.ts";

const chunksAtOnce = 200;
const ended = new Set(["built", "failed", "cancelled"]);

function lastSeen(headers: Headers): number {
  const text = headers.get("last-event-id") ?? "";
  return /^\d{1,9}$/.test(text) ? Number(text) : -1;
}

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({
    summary: "Follow a build: its state as messages, its log as events named `log`",
    params: IdParams,
    answer: {
      mediaType: "text/event-stream",
      schema: BuildAnswer,
      description:
        "The build now and after every change; in between `event: log` with {seq, text}, resumable by Last-Event-ID. Ends when the build has.",
    },
    handle: ({ params, headers, signal }) =>
      eventStream(signal, async function* (gone) {
        let after = lastSeen(headers);
        let last = "";
        for await (const _ of changes(`build:${params.id}`, gone)) {
          // The state first: a log that is read after it is complete when the state is an end.
          const build = await getBuild(params.id);
          const isEnded = ended.has(build.state);
          const text = JSON.stringify(build);
          if (text !== last && !isEnded) yield { data: build };
          last = text;
          for (;;) {
            const chunks = await readBuildLog(build.id, after, chunksAtOnce);
            for (const chunk of chunks) {
              yield { event: "log", id: String(chunk.seq), data: chunk };
              after = chunk.seq;
            }
            if (chunks.length < chunksAtOnce || gone.aborted) break;
          }
          if (isEnded) {
            yield { data: build };
            return;
          }
        }
      }),
  }),
});
