import { z } from "zod";
import { LiveSessionAnswer } from "#app/api/admin/answers.ts";
import { resource, route } from "#app/api/kit.ts";
import { listLiveSessions } from "#lib/operator/index.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({
    summary: "List every live session (administrators)",
    role: "administrator",
    answer: {
      schema: z.array(LiveSessionAnswer),
      description: "Oldest first, with what each uses now.",
    },
    handle: ({ viewer }) => listLiveSessions(viewer),
  }),
});
