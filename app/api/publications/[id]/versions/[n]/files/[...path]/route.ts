import { z } from "zod";
import { fileAnswer } from "#app/api/file.ts";
import { resource, route } from "#app/api/kit.ts";
import { VersionFileParams } from "#app/api/schemas.ts";
import { getVersion, openFile } from "#lib/archive/index.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({
    summary: "Read one file; Range and If-None-Match are understood",
    params: VersionFileParams,
    query: z.object({
      download: z.string().max(10).optional().describe("Present: as a download, not for display."),
    }),
    also: { 206: "The range that was asked for.", 304: "What you have is what there is." },
    answer: { mediaType: "application/octet-stream", description: "The file's bytes." },
    handle: async ({ params, query, viewer, headers, method }) => {
      const version = await getVersion(params.id, params.n, viewer);
      const opened = await openFile(version.id, params.path.join("/"), viewer);
      return fileAnswer(opened, {
        headers,
        isHead: method === "HEAD",
        isPublic: version.state === "published",
        asDownload: query.download !== undefined,
      });
    },
  }),
});
