import { z } from "zod";
import { NewTokenAnswer, TokenAnswer } from "#app/api/answers.ts";
import { resource, route } from "#app/api/kit.ts";
import { createToken, listTokens } from "#lib/accounts/index.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({
    summary: "List your API tokens",
    role: "reader",
    answer: { schema: z.array(TokenAnswer), description: "Those that still work, newest first." },
    handle: ({ viewer }) => listTokens(viewer),
  }),
  POST: route({
    summary: "Make an API token",
    body: z.object({ name: z.string().trim().min(1).max(100) }),
    role: "reader",
    status: 201,
    answer: { schema: NewTokenAnswer, description: "The token, shown this once." },
    handle: ({ body, viewer }) => createToken(viewer, body.name),
  }),
});
