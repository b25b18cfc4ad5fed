import { z } from "zod";
import { contentDisposition, streamBody } from "#app/api/file.ts";
import { resource, route } from "#app/api/kit.ts";
import { VersionParams } from "#app/api/schemas.ts";
import { exportZip, getVersion } from "#lib/archive/index.ts";
import { ColophonError } from "#lib/errors.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({
    summary: "Download a whole version as one package",
    params: VersionParams,
    query: z.object({ format: z.string().max(40).default("zip").describe("zip") }),
    answer: { mediaType: "application/zip", description: "The package, streamed." },
    handle: async ({ params, query, viewer, method }) => {
      if (query.format !== "zip") {
        throw new ColophonError(
          "format_unsupported",
          422,
          `This archive does not make packages of the format "${query.format.slice(0, 40)}".`,
          { hint: "Use format=zip." },
        );
      }
      const version = await getVersion(params.id, params.n, viewer);
      const headers = {
        "content-type": "application/zip",
        "cache-control": "no-store, no-transform",
        "x-content-type-options": "nosniff",
      };
      if (method === "HEAD") return new Response(null, { headers });
      const { fileName, stream } = await exportZip(version.id, viewer);
      return new Response(streamBody(stream), {
        headers: { ...headers, "content-disposition": contentDisposition("attachment", fileName) },
      });
    },
  }),
});
