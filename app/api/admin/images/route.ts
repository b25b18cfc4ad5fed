import { z } from "zod";
import { ImageAnswer } from "#app/api/admin/answers.ts";
import { resource, route } from "#app/api/kit.ts";
import { listImages } from "#lib/operator/index.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({
    summary: "List the images of environments (administrators)",
    role: "administrator",
    answer: {
      schema: z.array(ImageAnswer),
      description: "The least recently used first: in the order in which they go.",
    },
    handle: ({ viewer }) => listImages(viewer),
  }),
});
