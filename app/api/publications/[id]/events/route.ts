import { VersionAnswer } from "#app/api/answers.ts";
import { eventStream } from "#app/api/events.ts";
import { resource, route } from "#app/api/kit.ts";
import { currentVersion } from "#app/api/publication.ts";
import { PublicationParams } from "#app/api/schemas.ts";
import { getPublication, getVersionById } from "#lib/archive/index.ts";
import { changes } from "#lib/events/index.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({
    summary: "Follow a draft while its files are fetched or it is being published",
    params: PublicationParams,
    answer: {
      mediaType: "text/event-stream",
      schema: VersionAnswer,
      description: "The version now and after every change; ends when nothing is under way.",
    },
    handle: ({ params, viewer, signal }) =>
      eventStream(signal, async function* (ended) {
        const { id } = currentVersion(await getPublication(params.id, viewer));
        let last = "";
        for await (const _ of changes(`version:${id}`, ended)) {
          const version = await getVersionById(id, viewer);
          const text = JSON.stringify(version);
          if (text !== last) yield { data: version };
          last = text;
          if (version.ingest.state !== "fetching" && version.state !== "publishing") return;
        }
      }),
  }),
});
