import { eventStream } from "#app/api/events.ts";
import { resource, route } from "#app/api/kit.ts";
import { changes } from "#lib/events/index.ts";
import { readFigures } from "#lib/operator/index.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({
    summary: "Follow the figures as they change (administrators)",
    role: "administrator",
    answer: {
      mediaType: "text/event-stream",
      description:
        "The figures of /api/admin/overview, at every change, at most once in two seconds.",
    },
    handle: ({ signal }) =>
      eventStream(signal, async function* (until) {
        for await (const _ of changes("*", until)) {
          yield { data: await readFigures() };
          await pause(2_000, until);
        }
      }),
  }),
});

/** Lets a burst of changes become one message. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}
