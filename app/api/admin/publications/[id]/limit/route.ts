import { z } from "zod";
import { resource, route } from "#app/api/kit.ts";
import { IdParams } from "#app/api/schemas.ts";
import { setSessionLimit } from "#lib/operator/index.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  PUT: route({
    summary: "Set how many sessions of a publication there may be at once (administrators)",
    params: IdParams,
    body: z.object({
      sessionLimit: z
        .number()
        .int()
        .min(0)
        .max(100_000)
        .nullable()
        .describe("Null: COLOPHON_SESSIONS_PER_PUBLICATION."),
    }),
    role: "administrator",
    answer: { description: "Set." },
    handle: ({ params, body, viewer }) => setSessionLimit(viewer, params.id, body.sessionLimit),
  }),
});
