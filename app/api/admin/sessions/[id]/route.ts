import { resource, route } from "#app/api/kit.ts";
import { IdParams } from "#app/api/schemas.ts";
import { endByOperator } from "#lib/operator/index.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  DELETE: route({
    summary: "End somebody's session (administrators)",
    params: IdParams,
    role: "administrator",
    status: 202,
    answer: { description: "It is being ended; its workspace is kept." },
    handle: ({ params, viewer }) => endByOperator(viewer, params.id),
  }),
});
