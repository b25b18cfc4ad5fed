import { UserAnswer } from "#app/api/answers.ts";
import { resource, route } from "#app/api/kit.ts";
import { getOwnUser } from "#lib/accounts/index.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({
    summary: "Who you are",
    role: "reader",
    answer: { schema: UserAnswer, description: "The account that the token or login stands for." },
    handle: ({ viewer }) => getOwnUser(viewer),
  }),
});
