import { z } from "zod";
import { JobAnswer } from "#app/api/admin/answers.ts";
import { resource, route } from "#app/api/kit.ts";
import { openJobs } from "#lib/jobs/index.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({
    summary: "List the jobs that are not done (administrators)",
    role: "administrator",
    answer: { schema: z.array(JobAnswer), description: "Newest first, failed ones among them." },
    handle: () => openJobs(),
  }),
});
