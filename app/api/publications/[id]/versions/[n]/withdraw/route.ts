import { z } from "zod";
import { PublicationAnswer } from "#app/api/answers.ts";
import { resource, route } from "#app/api/kit.ts";
import { publicationAnswer } from "#app/api/publication.ts";
import { VersionParams } from "#app/api/schemas.ts";
import { withdrawVersion } from "#lib/archive/index.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: route({
    summary: "Withdraw a version: its files go, its DOI keeps leading to a tombstone",
    params: VersionParams,
    body: z.object({ reason: z.string().trim().min(1).max(2_000) }),
    role: "author",
    answer: { schema: PublicationAnswer, description: "The publication after it." },
    handle: async ({ params, body, viewer }) =>
      publicationAnswer(await withdrawVersion(params.id, params.n, body.reason, viewer)),
  }),
});
