import { resource, route } from "#app/api/kit.ts";
import { IdParams } from "#app/api/schemas.ts";
import { revokeToken } from "#lib/accounts/index.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  DELETE: route({
    summary: "Revoke one of your API tokens, at once",
    params: IdParams,
    role: "reader",
    status: 204,
    answer: { description: "It no longer works." },
    handle: async ({ params, viewer }) => {
      await revokeToken(viewer, params.id);
    },
  }),
});
