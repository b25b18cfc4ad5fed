import { z } from "zod";
import { Source, VersionMetadata } from "#lib/archive/index.ts";

/** A publication's id or slug, as part of an address. */
export const PublicationParams = z.object({
  id: z.string().min(1).max(200).describe("A publication's id or slug."),
});

export const VersionParams = PublicationParams.extend({
  n: z.coerce.number().int().min(1).max(1_000_000).describe("The version's number, from 1."),
});

const pathSegments = z.array(z.string().min(1).max(255)).min(1).max(100);

export const VersionFileParams = VersionParams.extend({ path: pathSegments });
export const DraftFileParams = PublicationParams.extend({ path: pathSegments });

export const IdParams = z.object({ id: z.string().min(1).max(200) });

export const DoiBody = z.object({
  doi: z.string().min(1).max(500).describe("A DOI, bare or as a doi.org address."),
});

/** Metadata to change: what is left out stays as it is. Unlike `partial()` no default is filled in. */
export const MetadataPatch = z.object({
  title: VersionMetadata.shape.title.optional(),
  authors: VersionMetadata.shape.authors.unwrap().optional(),
  description: VersionMetadata.shape.description.unwrap().optional(),
  license: VersionMetadata.shape.license.unwrap().optional(),
  keywords: VersionMetadata.shape.keywords.unwrap().optional(),
  field: VersionMetadata.shape.field.unwrap().optional(),
  paperDoi: VersionMetadata.shape.paperDoi.unwrap().optional(),
  date: VersionMetadata.shape.date.unwrap().optional(),
});

export const CreatePublication = z.object({
  source: Source,
  metadata: MetadataPatch.optional(),
  listed: z.boolean().optional().describe("Whether it appears in the gallery once published."),
});

const flag = z
  .enum(["true", "false", "1", "0"])
  .transform((text) => text === "true" || text === "1");

export const SearchQuery = z.object({
  q: z.string().max(500).optional().describe("Words to look for."),
  language: z.string().max(50).optional(),
  subject: z.string().max(100).optional().describe("Field of science."),
  license: z.string().max(100).optional(),
  data: flag.optional().describe("Only publications with data files."),
  sort: z.enum(["newest", "launches", "forks", "title", "relevance"]).optional(),
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(100).optional(),
});

export const ListSessions = z.object({
  version: z.string().max(200).optional().describe("Only sessions of the version with this id."),
  open: flag
    .optional()
    .describe("Only those to go on with: the newest of each workspace, alive or still kept."),
});

export const StartSession = z
  .object({
    doi: z.string().min(1).max(500).optional(),
    fork: z.string().min(1).max(200).optional().describe("A fork's id or slug."),
    resume: z
      .string()
      .max(200)
      .optional()
      .describe("Id of an ended session: goes on with what was changed in it."),
    path: z.string().max(1_000).optional().describe("The file to open."),
    parameters: z.record(z.string().max(200), z.unknown()).optional(),
    app: z
      .string()
      .max(40)
      .optional()
      .describe("An application instead of the notebook: `voila`, `app` or `vscode`."),
  })
  .refine(
    ({ doi, fork, resume }) => [doi, fork, resume].filter((one) => one !== undefined).length === 1,
    { error: "give one of doi, fork and resume" },
  );
