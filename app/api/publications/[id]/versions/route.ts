import { z } from "zod";
import { PublicationAnswer, VersionAnswer } from "#app/api/answers.ts";
import { resource, route } from "#app/api/kit.ts";
import { createdAnswer } from "#app/api/publication.ts";
import { PublicationParams } from "#app/api/schemas.ts";
import { getPublication, newDraft } from "#lib/archive/index.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({
    summary: "List a publication's versions, oldest first",
    params: PublicationParams,
    answer: { schema: z.array(VersionAnswer), description: "Published and withdrawn versions." },
    handle: async ({ params, viewer }) => (await getPublication(params.id, viewer)).versions,
  }),
  POST: route({
    summary: "Begin a new draft from the latest version",
    params: PublicationParams,
    role: "author",
    status: 201,
    answer: { schema: PublicationAnswer, description: "The publication with its new draft." },
    handle: async ({ params, viewer }) => createdAnswer(await newDraft(params.id, viewer)),
  }),
});
