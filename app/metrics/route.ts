import { resource, route } from "#app/api/kit.ts";
import { assertMayReadMetrics, exposition } from "#lib/metrics/index.ts";
import { updateMetrics } from "#lib/operator/index.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({
    summary: "Figures for Prometheus (from this machine, or with an administrator's token)",
    answer: { mediaType: "text/plain", description: "Prometheus text format, version 0.0.4." },
    handle: async ({ viewer, headers }) => {
      // The portal's own server states the peer (bin/portal.ts).
      assertMayReadMetrics({ peer: headers.get("x-colophon-peer") ?? "", viewer });
      await updateMetrics();
      const { contentType, text } = await exposition();
      return new Response(text, {
        headers: { "content-type": contentType, "cache-control": "no-store" },
      });
    },
  }),
});
