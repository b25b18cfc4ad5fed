import { z } from "zod";
import { UserAnswer } from "#app/api/answers.ts";
import { resource, route } from "#app/api/kit.ts";
import { IdParams } from "#app/api/schemas.ts";
import { roles, setRole } from "#lib/accounts/index.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  PUT: route({
    summary: "Give a user another role (administrators)",
    params: IdParams,
    body: z.object({ role: z.enum(roles) }),
    role: "administrator",
    answer: { schema: UserAnswer, description: "The user with the new role." },
    handle: ({ params, body, viewer }) => setRole(viewer, params.id, body.role),
  }),
});
