import { resource, route } from "#app/api/kit.ts";
import { PublicationParams } from "#app/api/schemas.ts";
import { deleteDraft } from "#lib/archive/index.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  DELETE: route({
    summary: "Throw the draft away; a publication without a version goes with it",
    params: PublicationParams,
    role: "author",
    status: 204,
    answer: { description: "It is gone." },
    handle: async ({ params, viewer }) => {
      await deleteDraft(params.id, viewer);
    },
  }),
});
