import { z } from "zod";
import { FileAnswer } from "#app/api/answers.ts";
import { resource, route } from "#app/api/kit.ts";
import { VersionParams } from "#app/api/schemas.ts";
import { getVersion, listFiles } from "#lib/archive/index.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({
    summary: "List a version's files",
    params: VersionParams,
    answer: { schema: z.array(FileAnswer), description: "Every file, by path." },
    handle: async ({ params, viewer }) => {
      const version = await getVersion(params.id, params.n, viewer);
      return await listFiles(version.id, viewer);
    },
  }),
});
