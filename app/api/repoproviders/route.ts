import { z } from "zod";
import { resource, route } from "#app/api/kit.ts";
import { repoProviders } from "#lib/binder/index.ts";

const Provider = z.object({
  displayName: z.string(),
  id: z.string(),
  spec: z.object({ validateRegex: z.string() }),
  detect: z.object({ regex: z.string(), origin: z.string() }).optional(),
  repo: z.object({ label: z.string(), placeholder: z.string(), urlEncode: z.boolean() }),
  ref: z.object({ enabled: z.boolean(), default: z.string().optional() }),
});

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({
    summary: "List where repositories can be launched from, as BinderHub does",
    answer: { schema: z.array(Provider), description: "In the order in which a form shows them." },
    handle: () =>
      Response.json(repoProviders(), {
        headers: { "access-control-allow-origin": "*", "cache-control": "public, max-age=300" },
      }),
  }),
});
