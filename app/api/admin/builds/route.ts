import { z } from "zod";
import { OperatorBuildAnswer } from "#app/api/admin/answers.ts";
import { resource, route } from "#app/api/kit.ts";
import { listBuilds } from "#lib/operator/index.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({
    summary: "List builds (administrators)",
    role: "administrator",
    answer: {
      schema: z.array(OperatorBuildAnswer),
      description: "Those under way, then the latest hundred others.",
    },
    handle: ({ viewer }) => listBuilds(viewer),
  }),
});
