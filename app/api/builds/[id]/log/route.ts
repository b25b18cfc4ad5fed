import { resource, route } from "#app/api/kit.ts";
import { IdParams } from "#app/api/schemas.ts";
import { getBuild, readBuildLog } from "#lib/environments/index.ts";

const chunksAtOnce = 500;

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({
    summary: "Read a build's kept log as plain text, as far as it goes",
    params: IdParams,
    answer: { mediaType: "text/plain", description: "The log." },
    handle: async ({ params, method }) => {
      const { id } = await getBuild(params.id);
      const encoder = new TextEncoder();
      let after = -1;
      const body = new ReadableStream<Uint8Array>(
        {
          async pull(controller) {
            const chunks = await readBuildLog(id, after, chunksAtOnce);
            const last = chunks.at(-1);
            if (!last) {
              controller.close();
              return;
            }
            after = last.seq;
            controller.enqueue(encoder.encode(chunks.map((chunk) => chunk.text).join("")));
          },
        },
        { highWaterMark: 0 },
      );
      return new Response(method === "HEAD" ? null : body, {
        headers: {
          "content-type": "text/plain; charset=utf-8",
          "cache-control": "no-store",
          "x-content-type-options": "nosniff",
          "content-security-policy": "sandbox; default-src 'none'",
        },
      });
    },
  }),
});
