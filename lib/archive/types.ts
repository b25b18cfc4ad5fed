import { z } from "zod";

/** An author as DataCite's creator: `name` is "Family, Given" when both are known. */
export const Author = z.object({
  name: z.string().trim().min(1).max(300),
  givenName: z.string().trim().max(200).optional(),
  familyName: z.string().trim().max(200).optional(),
  /** Bare ORCID iD, 0000-0002-1825-0097; the checksum is verified. */
  orcid: z.string().optional(),
  affiliation: z.string().trim().max(300).optional(),
});

/** What is said about a version. The same shape in the database, the API and the form. */
export const VersionMetadata = z.object({
  title: z.string().trim().min(1).max(500),
  authors: z.array(Author).max(500).default([]),
  /** Plain text or Markdown. */
  description: z.string().max(50_000).default(""),
  /** SPDX identifier. */
  license: z.string().max(100).nullable().default(null),
  keywords: z.array(z.string().trim().min(1).max(100)).max(100).default([]),
  /** Field of science for the gallery's filter, for example "Climate science". */
  field: z.string().trim().max(100).nullable().default(null),
  /** DOI of the paper that this supplements. */
  paperDoi: z.string().max(300).nullable().default(null),
  /** Date of the work where the bundle says one, YYYY-MM-DD. */
  date: z.string().max(10).nullable().default(null),
});
export type VersionMetadata = z.infer<typeof VersionMetadata>;
export type Author = z.infer<typeof Author>;

/** Where a draft's files come from. */
export const Source = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("git"),
    url: z.string().min(1).max(2_000),
    ref: z.string().min(1).max(300).optional(),
  }),
  z.object({
    type: z.literal("github"),
    url: z.string().min(1).max(2_000),
    ref: z.string().min(1).max(300).optional(),
  }),
  z.object({
    type: z.literal("doi"),
    url: z.string().min(1).max(2_000),
    ref: z.string().min(1).max(300).optional(),
  }),
]);
export type Source = z.infer<typeof Source>;

/** One thing that a person should know about the bundle's files. */
export interface Finding {
  severity: "error" | "warning" | "note";
  /** Stable: notebook_invalid, notebook_upgraded, no_notebook, … */
  code: string;
  message: string;
  path?: string;
  /** Place inside the file, e.g. "cells[3].outputs[0]". */
  place?: string;
}

export interface FileView {
  path: string;
  size: number;
  sha256: string;
  mediaType: string;
  executable: boolean;
}

export interface EnvironmentView {
  key: string | null;
  /** none: no environment could be read; unbuilt · building · built · failed: of its newest build. */
  state: "none" | "unbuilt" | "queued" | "building" | "built" | "failed" | "cancelled";
  buildId: string | null;
  imageSize: number | null;
  language: string | null;
  languageVersion: string | null;
  declaredBy: string[];
  deviations: string[];
  installed: { name: string; version: string }[];
  /** Why there is none, or what to know. */
  note: string | null;
}

/** A version as pages and the API show it. `files` is left out of lists. */
export interface VersionView {
  id: string;
  publicationId: string;
  slug: string;
  number: number;
  state: "draft" | "publishing" | "published" | "withdrawn";
  doi: string | null;
  conceptDoi: string | null;
  metadata: VersionMetadata;
  source: { type: string; url?: string; ref?: string; commit?: string };
  ingest: { state: "fetching" | "ready" | "failed"; message: string | null; hint: string | null };
  preflight: Finding[];
  mainNotebook: string | null;
  /** Programming language of the notebooks. */
  language: string | null;
  figureSha256: string | null;
  environment: EnvironmentView;
  createdAt: string;
  publishedAt: string | null;
  withdrawnAt: string | null;
  withdrawReason: string | null;
  fileCount: number;
  totalBytes: number;
}

/** A pointer to another publication: in lineage, in lists of forks. */
export interface PublicationReference {
  id: string;
  slug: string;
  title: string;
  doi: string | null;
  number: number | null;
  authors: string[];
}

/** Where the files of a publication's first version came from, outside this archive. */
export interface SourceReference {
  type: "git" | "github" | "record";
  url: string;
  /** A commit, or the version of a record. */
  ref: string | null;
}

export interface PublicationView {
  id: string;
  slug: string;
  title: string;
  conceptDoi: string | null;
  owner: { id: string; name: string };
  listed: boolean;
  launchCount: number;
  forkCount: number;
  createdAt: string;
  /** Present for whoever may edit. */
  draft?: VersionView;
  /** Published and withdrawn versions, oldest first. */
  versions: VersionView[];
  forkedFrom?: PublicationReference;
  /** The repository that it was made from, or that it was launched from before it was forked. */
  repository?: SourceReference;
  /** Published forks only, and the viewer's own drafts. */
  forks: PublicationReference[];
  mayEdit: boolean;
}

/** What a card in the gallery shows. */
export interface PublicationCard {
  id: string;
  slug: string;
  title: string;
  authors: string[];
  description: string;
  year: number | null;
  field: string | null;
  keywords: string[];
  language: string | null;
  license: string | null;
  doi: string | null;
  version: number;
  figureSha256: string | null;
  hasData: boolean;
  launchCount: number;
  forkCount: number;
  image: EnvironmentView["state"];
  publishedAt: string | null;
}

export interface PublicationQuery {
  q?: string;
  language?: string;
  subject?: string;
  license?: string;
  /** Only publications with data files. */
  data?: boolean;
  sort?: "newest" | "launches" | "forks" | "title" | "relevance";
  cursor?: string;
  limit?: number;
}

export interface PublicationPage {
  items: PublicationCard[];
  nextCursor: string | null;
  total: number;
  /** Counts for the filters, over everything that matches the search words. */
  facets: { fields: Facet[]; languages: Facet[]; licenses: Facet[] };
}
export interface Facet {
  value: string;
  count: number;
}
