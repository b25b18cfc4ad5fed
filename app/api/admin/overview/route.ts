import { FiguresAnswer } from "#app/api/admin/answers.ts";
import { resource, route } from "#app/api/kit.ts";
import { readFigures } from "#lib/operator/index.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({
    summary: "The figures that an operator watches (administrators)",
    role: "administrator",
    answer: { schema: FiguresAnswer, description: "The same as `/metrics` tells." },
    handle: () => readFigures(),
  }),
});
