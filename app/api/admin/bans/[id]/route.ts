import { resource, route } from "#app/api/kit.ts";
import { IdParams } from "#app/api/schemas.ts";
import { liftBan } from "#lib/limits/index.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  DELETE: route({
    summary: "Lift a ban (administrators)",
    params: IdParams,
    role: "administrator",
    answer: { description: "Lifted." },
    handle: ({ params, viewer }) => liftBan(viewer, params.id),
  }),
});
