import { BuildAnswer } from "#app/api/answers.ts";
import { resource, route } from "#app/api/kit.ts";
import { DoiBody } from "#app/api/schemas.ts";
import { findByDoi } from "#lib/archive/index.ts";
import { getBuild, requestVersionBuild } from "#lib/environments/index.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: route({
    summary: "See to it that a version's environment is built",
    body: DoiBody,
    status: 201,
    answer: {
      schema: BuildAnswer,
      description:
        "The build: a new one, the one under way, or the one that made the present image.",
    },
    handle: async ({ body, viewer }) => {
      const { version } = await findByDoi(body.doi, viewer);
      return await getBuild(await requestVersionBuild(version.id));
    },
  }),
});
