import { z } from "zod";
import { resource, route } from "#app/api/kit.ts";
import { retryJob } from "#lib/jobs/index.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: route({
    summary: "Try a failed job once more (administrators)",
    params: z.object({ name: z.string(), id: z.string() }),
    role: "administrator",
    status: 202,
    answer: { description: "It waits for its next try." },
    handle: ({ params }) => retryJob(params.name, params.id),
  }),
});
