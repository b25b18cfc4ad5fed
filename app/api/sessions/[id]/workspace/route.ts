import { z } from "zod";
import { WorkspaceAnswer } from "#app/api/answers.ts";
import { contentDisposition, streamBody } from "#app/api/file.ts";
import { resource, route } from "#app/api/kit.ts";
import { IdParams } from "#app/api/schemas.ts";
import { changedFiles, downloadWorkspace } from "#lib/sessions/index.ts";

const headers = { "cache-control": "no-store, no-transform", "x-content-type-options": "nosniff" };

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({
    summary: "See what was changed in a session, or download its files",
    params: IdParams,
    query: z.object({
      format: z
        .enum(["json", "zip"])
        .default("json")
        .describe("json: the files that were changed. zip: all files, as the session sees them."),
    }),
    answer: {
      schema: WorkspaceAnswer,
      description: "Names and sizes of what was changed; with format=zip the files, streamed.",
    },
    handle: async ({ params, query, viewer, method }) => {
      if (query.format === "json") return await changedFiles(params.id, viewer);
      const { fileName, stream } = await downloadWorkspace(params.id, viewer);
      const body = method === "HEAD" ? null : streamBody(stream);
      if (body === null) stream.destroy();
      return new Response(body, {
        headers: {
          ...headers,
          "content-type": "application/zip",
          "content-disposition": contentDisposition("attachment", fileName),
        },
      });
    },
  }),
});
