import { z } from "zod";
import { resource, route } from "#app/api/kit.ts";
import { checkHealth } from "#lib/health/index.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({
    summary: "Whether every part works",
    answer: {
      schema: z.object({
        ok: z.boolean(),
        checks: z.array(z.object({ service: z.string(), ok: z.boolean() })),
      }),
      description: "One check a part; answered with 503 when one is not ok.",
    },
    handle: async () => {
      const health = await checkHealth();
      return Response.json(health, {
        status: health.ok ? 200 : 503,
        headers: { "cache-control": "no-store" },
      });
    },
  }),
});
