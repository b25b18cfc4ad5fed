import { z } from "zod";

// What the operator's part of the API answers. For administrators only.

const time = z.iso.datetime();
const count = z.number().int().nonnegative();
const bytes = z.number().nonnegative();
const Paper = z.object({ slug: z.string(), title: z.string() });

export const FiguresAnswer = z.object({
  sessions: z.object({
    queued: count,
    starting: count,
    ready: count,
    stopping: count,
    limit: count,
  }),
  waitForImage: count,
  queueLimit: count,
  launches: z.object({ warm: count, cold: count, failed: count }),
  slots: z.object({ starting: count, ready: count }),
  builds: z.object({ queued: count, building: count, failed: count }),
  jobs: z.object({ waiting: count, active: count, failed: count }),
  images: z.object({ count, bytes, limitBytes: bytes }),
  workspaces: z.object({ count, bytes }),
  bans: count,
  people: count,
  publications: z.object({ published: count, drafts: count }),
  disk: z.object({ freeBytes: bytes, totalBytes: bytes }),
});

export const LiveSessionAnswer = z.object({
  id: z.string(),
  state: z.enum(["queued", "starting", "ready", "stopping", "ended", "failed"]),
  warm: z.boolean(),
  createdAt: time,
  readyAt: time.nullable(),
  lastActivityAt: time,
  publication: Paper.extend({ id: z.string(), version: z.number().int() }),
  owner: z.object({ id: z.string(), name: z.string(), email: z.string() }).nullable(),
  isVisitor: z.boolean(),
  clientAddress: z.string().nullable(),
  memoryBytes: bytes.nullable(),
  cpuShare: z.number().nullable(),
});

export const PoolAnswer = z.object({
  environmentKey: z.string(),
  example: Paper.nullable(),
  starting: count,
  ready: count,
  oldestAt: time.nullable(),
  hits: count.describe("Launches of the last 24 hours that got a waiting server."),
  misses: count.describe("Launches of the last 24 hours that did not."),
});

export const OperatorBuildAnswer = z.object({
  id: z.string(),
  state: z.enum(["queued", "building", "built", "failed", "cancelled"]),
  environmentKey: z.string(),
  phase: z.string().nullable(),
  createdAt: time,
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
  example: Paper.nullable(),
  cause: z.string().nullable(),
});

export const JobAnswer = z.object({
  id: z.string(),
  name: z.string(),
  state: z.enum(["waiting", "active", "failed", "done", "cancelled"]),
  about: z.record(z.string(), z.string()),
  tries: count,
  createdAt: time,
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
  problem: z.string().nullable(),
});

export const ImageAnswer = z.object({
  environmentKey: z.string(),
  imageId: z.string(),
  bytes: bytes.nullable(),
  ownBytes: bytes.nullable().describe("What its removal would free."),
  builtAt: time.nullable(),
  lastUsedAt: time.nullable(),
  versions: count,
  sessions: count,
  slots: count,
});

export const BanAnswer = z.object({
  id: z.string(),
  kind: z.enum(["address", "user", "repository"]),
  value: z.string(),
  reason: z.string(),
  createdAt: time,
  expiresAt: time.nullable(),
});

export const LimitedPublicationAnswer = Paper.extend({
  id: z.string(),
  sessionLimit: count.nullable(),
  live: count,
  waiting: count,
  launches: count,
});
