import { z } from "zod";
import { resource, route } from "#app/api/kit.ts";
import { collectNow } from "#lib/operator/index.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: route({
    summary: "Remove images that nothing uses, the least recently used first (administrators)",
    body: z.object({
      keepBytes: z
        .number()
        .int()
        .nonnegative()
        .optional()
        .describe("Stop once those that are left take at most this. Default: COLOPHON_IMAGES_MAX."),
    }),
    role: "administrator",
    answer: {
      schema: z.object({ freedBytes: z.number() }),
      description: "Done. Images that were removed are built again when they are needed.",
    },
    handle: ({ body, viewer }) => collectNow(viewer, body.keepBytes),
  }),
});
