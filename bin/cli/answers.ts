import { z } from "zod";

// What the commands need of the API's answers; everything else in them is free to change.

const Finding = z.object({
  severity: z.enum(["error", "warning", "note"]),
  code: z.string(),
  message: z.string(),
  path: z.string().optional(),
  place: z.string().optional(),
});
export type Finding = z.infer<typeof Finding>;

export const Version = z.object({
  number: z.number(),
  doi: z.string().nullable(),
  state: z.enum(["draft", "publishing", "published", "withdrawn"]),
  ingest: z.object({
    state: z.enum(["fetching", "ready", "failed"]),
    message: z.string().nullable(),
    hint: z.string().nullable(),
  }),
});

export const Publication = z.object({
  id: z.string(),
  slug: z.string(),
  title: z.string(),
  conceptDoi: z.string().nullable(),
  url: z.string(),
  eventsUrl: z.string(),
  version: Version,
  preflight: z.array(Finding),
});
export type Publication = z.infer<typeof Publication>;

export const Session = z.object({
  id: z.string(),
  state: z.enum(["queued", "starting", "ready", "stopping", "ended", "failed"]),
  message: z.string(),
  eventsUrl: z.string(),
  url: z.string().optional(),
  token: z.string().optional(),
  expiresAt: z.string().nullable(),
  failure: z.object({ message: z.string(), hint: z.string() }).nullable(),
});
export type Session = z.infer<typeof Session>;
