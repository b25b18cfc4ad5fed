import { z } from "zod";
import { PoolAnswer } from "#app/api/admin/answers.ts";
import { resource, route } from "#app/api/kit.ts";
import { listPool } from "#lib/operator/index.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({
    summary: "List what the warm pool has for each environment (administrators)",
    role: "administrator",
    answer: { schema: z.array(PoolAnswer), description: "The busiest first." },
    handle: ({ viewer }) => listPool(viewer),
  }),
});
