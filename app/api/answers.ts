import { z } from "zod";

// What the API answers, as far as programs may rely on it. Fields may be added, never taken away.

const time = z.iso.datetime();

export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.string().describe("Stable and machine-readable."),
  hint: z.string().optional().describe("What to do."),
  instance: z.string().optional(),
});

const Finding = z.object({
  severity: z.enum(["error", "warning", "note"]),
  code: z.string(),
  message: z.string(),
  path: z.string().optional(),
  place: z.string().optional(),
});

const Author = z.object({
  name: z.string(),
  givenName: z.string().optional(),
  familyName: z.string().optional(),
  orcid: z.string().optional(),
  affiliation: z.string().optional(),
});

const Metadata = z.object({
  title: z.string(),
  authors: z.array(Author),
  description: z.string(),
  license: z.string().nullable(),
  keywords: z.array(z.string()),
  field: z.string().nullable(),
  paperDoi: z.string().nullable(),
  date: z.string().nullable(),
});

export const VersionAnswer = z.object({
  id: z.string(),
  number: z.number().int(),
  doi: z.string().nullable(),
  state: z.enum(["draft", "publishing", "published", "withdrawn"]),
  publishedAt: time.nullable(),
  withdrawnAt: time.nullable(),
  withdrawReason: z.string().nullable(),
  metadata: Metadata,
  preflight: z.array(Finding),
  mainNotebook: z.string().nullable(),
  language: z.string().nullable(),
  fileCount: z.number().int(),
  totalBytes: z.number().int(),
  ingest: z.object({
    state: z.enum(["fetching", "ready", "failed"]),
    message: z.string().nullable(),
    hint: z.string().nullable(),
  }),
});

const Reference = z.object({
  id: z.string(),
  slug: z.string(),
  title: z.string(),
  doi: z.string().nullable(),
});

export const PublicationAnswer = z.object({
  id: z.string(),
  slug: z.string(),
  title: z.string(),
  conceptDoi: z.string().nullable(),
  url: z.url().describe("The landing page."),
  version: z
    .object({
      id: z.string(),
      number: z.number().int(),
      doi: z.string().nullable(),
      state: VersionAnswer.shape.state,
      publishedAt: time.nullable(),
    })
    .describe("The draft where there is one that you may edit, else the newest version."),
  preflight: z.array(Finding),
  eventsUrl: z.string(),
  draft: VersionAnswer.optional(),
  versions: z.array(VersionAnswer).describe("Oldest first."),
  forkedFrom: Reference.optional(),
  repository: z
    .object({
      type: z.enum(["git", "github", "record"]),
      url: z.string(),
      ref: z.string().nullable().describe("A commit, or the version of a record."),
    })
    .optional()
    .describe("Where the files of its first version came from, outside this archive."),
  forks: z.array(Reference),
});

export const PublicationPageAnswer = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      slug: z.string(),
      title: z.string(),
      authors: z.array(z.string()),
      doi: z.string().nullable(),
      language: z.string().nullable(),
      license: z.string().nullable(),
      launchCount: z.number().int(),
      forkCount: z.number().int(),
    }),
  ),
  nextCursor: z.string().nullable(),
  total: z.number().int(),
});

export const FileAnswer = z.object({
  path: z.string(),
  size: z.number().int(),
  sha256: z.string(),
  mediaType: z.string(),
  executable: z.boolean(),
});

export const BuildAnswer = z.object({
  id: z.string(),
  state: z.enum(["queued", "building", "built", "failed", "cancelled"]),
  phase: z.string().nullable(),
  stepIndex: z.number().int().nullable(),
  stepTotal: z.number().int().nullable(),
  createdAt: time,
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
  failure: z.object({ cause: z.string(), hint: z.string(), lines: z.array(z.string()) }).nullable(),
  imageId: z.string().nullable(),
  eventsUrl: z.string(),
  logUrl: z.string(),
});

export const SessionAnswer = z.object({
  id: z.string(),
  state: z.enum(["queued", "starting", "ready", "stopping", "ended", "failed"]),
  message: z.string(),
  eventsUrl: z.string(),
  buildId: z.string().nullable(),
  url: z.string().optional().describe("Where the notebook server is, with its token, once ready."),
  token: z.string().optional(),
  createdAt: time,
  readyAt: time.nullable(),
  expiresAt: time.nullable(),
  endedAt: time.nullable(),
  endReason: z.string().nullable(),
  failure: z.object({ message: z.string(), hint: z.string() }).nullable(),
  path: z.string().nullable().describe("The file that it opens."),
  app: z.string().nullable().describe("The application that it opens; null: the notebook."),
  application: z
    .object({ title: z.string(), path: z.string() })
    .nullable()
    .describe("The same for people, and where it is below `url`."),
  warm: z.boolean().describe("Taken from servers that were already waiting."),
  endsAt: time.nullable().describe("When it ends by itself unless it is used or extended."),
  endsBecause: z.enum(["idle", "expired"]).nullable(),
  warnFrom: time.nullable().describe("From when to warn of that end."),
  canExtend: z.boolean(),
  queue: z
    .object({ position: z.number().int(), length: z.number().int() })
    .nullable()
    .describe("Its place among those that wait, from 1."),
  workspace: z.object({
    id: z.string(),
    sizeBytes: z.number().int(),
    quotaBytes: z.number().int(),
    isFull: z.boolean(),
    expiresAt: time.nullable().describe("Until when what was changed is kept."),
    state: z.enum(["kept", "gone"]),
  }),
});

export const WorkspaceAnswer = z.object({
  files: z.array(
    z.object({ path: z.string(), change: z.enum(["new", "changed"]), size: z.number().int() }),
  ),
  isComplete: z.boolean().describe("False where there are more than are listed."),
});

export const TokenAnswer = z.object({
  id: z.string(),
  name: z.string(),
  prefix: z.string(),
  createdAt: time,
  lastUsedAt: time.nullable(),
});

export const NewTokenAnswer = TokenAnswer.extend({
  token: z.string().describe("Shown this once."),
});

export const UserAnswer = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role: z.enum(["reader", "author", "instructor", "administrator"]),
  createdAt: time,
});
