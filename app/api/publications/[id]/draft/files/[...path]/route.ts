import { FileAnswer } from "#app/api/answers.ts";
import { resource, route } from "#app/api/kit.ts";
import { DraftFileParams } from "#app/api/schemas.ts";
import { deleteDraftFile, putDraftFile } from "#lib/archive/index.ts";
import { config } from "#lib/config.ts";
import { badRequest } from "#lib/errors.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  PUT: route({
    summary: "Add or replace one file of the draft with the request's body",
    params: DraftFileParams,
    uploads: ["*/*"],
    maxBytes: () => config().uploadMax,
    role: "author",
    answer: { schema: FileAnswer, description: "The file as it is kept." },
    handle: async ({ params, upload, viewer }) => {
      if (!upload) throw badRequest("body_missing", "The request has no body.");
      return await putDraftFile(params.id, params.path.join("/"), upload.stream, viewer);
    },
  }),
  DELETE: route({
    summary: "Take one file out of the draft",
    params: DraftFileParams,
    role: "author",
    status: 204,
    answer: { description: "It is gone." },
    handle: async ({ params, viewer }) => {
      await deleteDraftFile(params.id, params.path.join("/"), viewer);
    },
  }),
});
