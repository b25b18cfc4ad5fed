import { z } from "zod";
import { LimitedPublicationAnswer } from "#app/api/admin/answers.ts";
import { resource, route } from "#app/api/kit.ts";
import { listLimited } from "#lib/operator/index.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({
    summary: "List publications with their limits of sessions (administrators)",
    query: z.object({
      q: z
        .string()
        .max(200)
        .optional()
        .describe("Words, a DOI or a slug; without: those with a limit or sessions."),
    }),
    role: "administrator",
    answer: { schema: z.array(LimitedPublicationAnswer), description: "The most launched first." },
    handle: ({ query, viewer }) => listLimited(viewer, query.q),
  }),
});
