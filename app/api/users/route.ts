import { z } from "zod";
import { UserAnswer } from "#app/api/answers.ts";
import { resource, route } from "#app/api/kit.ts";
import { listUsers } from "#lib/accounts/index.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({
    summary: "List everybody with an account (administrators)",
    role: "administrator",
    answer: { schema: z.array(UserAnswer), description: "Oldest first." },
    handle: ({ viewer }) => listUsers(viewer),
  }),
});
