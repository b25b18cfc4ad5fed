import { resource, route } from "#app/api/kit.ts";
import { openApiDocument } from "#app/api/openapi.ts";
import { config } from "#lib/config.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({
    summary: "This document",
    handle: () => openApiDocument(config().url),
  }),
});
