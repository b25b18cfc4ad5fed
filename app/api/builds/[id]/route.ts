import { BuildAnswer } from "#app/api/answers.ts";
import { resource, route } from "#app/api/kit.ts";
import { IdParams } from "#app/api/schemas.ts";
import { cancelBuild, getBuild } from "#lib/environments/index.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({
    summary: "Read a build",
    params: IdParams,
    answer: { schema: BuildAnswer, description: "The build." },
    handle: ({ params }) => getBuild(params.id),
  }),
  DELETE: route({
    summary: "Cancel a build that is queued or under way",
    params: IdParams,
    // It is shared by every version with its environment: readers do not end it for the others.
    role: "author",
    answer: { schema: BuildAnswer, description: "The cancelled build." },
    handle: async ({ params }) => {
      await cancelBuild(params.id);
      return await getBuild(params.id);
    },
  }),
});
