import { z } from "zod";
import { resource, route } from "#app/api/kit.ts";
import { findByDoi } from "#lib/archive/index.ts";
import { ColophonError, notFound } from "#lib/errors.ts";
import {
  citationRecord,
  doiFormats,
  negotiate,
  parseDoi,
  renderFormat,
} from "#lib/identifiers/index.ts";

const formats = Object.keys(doiFormats) as (keyof typeof doiFormats)[];

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({
    summary: "Resolve a DOI: the landing page, or its metadata by content negotiation",
    params: z.object({ doi: z.array(z.string().min(1).max(300)).min(1).max(20) }),
    query: z.object({
      format: z.enum(formats).optional().describe("Instead of an Accept header, for links."),
    }),
    also: { 302: "To the landing page." },
    answer: {
      mediaType: "application/vnd.datacite.datacite+json",
      description: "In the format that Accept asks for; browsers are led to the landing page.",
    },
    handle: async ({ params, query, viewer, headers }) => {
      const doi = parseDoi(params.doi.join("/"));
      if (doi === null) throw notFound("DOI");
      const { publication, version } = await findByDoi(doi, viewer);
      const wanted = query.format ? { format: query.format } : negotiate(headers.get("accept"));
      if (wanted === null) {
        const types = formats.flatMap((format) => doiFormats[format].accepts);
        throw new ColophonError("not_acceptable", 406, "This DOI has no such format.", {
          hint: `Accept one of: text/html, ${types.join(", ")}.`,
        });
      }
      const isConcept = doi.toLowerCase() === publication.conceptDoi?.toLowerCase();
      if (wanted.format === "html") {
        const page = `/p/${publication.slug}${isConcept ? "" : `/v/${version.number}`}`;
        return new Response(null, {
          status: 302,
          headers: { location: page, vary: "Accept", "cache-control": "no-cache" },
        });
      }
      const kind = isConcept ? "concept" : "version";
      const record = citationRecord(publication, version, { kind });
      const { format, ...options } = wanted;
      const rendered = renderFormat(format, record, options);
      if (!rendered) throw notFound("DOI");
      return new Response(rendered.body, {
        headers: {
          "content-type": rendered.contentType,
          "access-control-allow-origin": "*",
          vary: "Accept",
          "cache-control": "public, max-age=60",
        },
      });
    },
  }),
});
