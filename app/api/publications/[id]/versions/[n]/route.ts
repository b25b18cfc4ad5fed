import { VersionAnswer } from "#app/api/answers.ts";
import { resource, route } from "#app/api/kit.ts";
import { VersionParams } from "#app/api/schemas.ts";
import { getVersion } from "#lib/archive/index.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({
    summary: "Read one version",
    params: VersionParams,
    answer: { schema: VersionAnswer, description: "The version." },
    handle: ({ params, viewer }) => getVersion(params.id, params.n, viewer),
  }),
});
