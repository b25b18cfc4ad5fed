import { statfs } from "node:fs/promises";
import { config } from "#lib/config.ts";
import { db } from "#lib/db/index.ts";
import { jobCounts } from "#lib/jobs/index.ts";

const dayMs = 24 * 3600 * 1000;

/** The figures that an operator watches: the page and the metrics show the same. Sizes are in bytes. */
export interface Figures {
  sessions: { queued: number; starting: number; ready: number; stopping: number; limit: number };
  /** Those of the queued that wait only for their image. */
  waitForImage: number;
  queueLimit: number;
  /** Sessions begun in the last 24 hours. */
  launches: { warm: number; cold: number; failed: number };
  slots: { starting: number; ready: number };
  /** Builds under way, and those that failed in the last 24 hours. */
  builds: { queued: number; building: number; failed: number };
  jobs: { waiting: number; active: number; failed: number };
  images: { count: number; bytes: number; limitBytes: number };
  workspaces: { count: number; bytes: number };
  bans: number;
  people: number;
  publications: { published: number; drafts: number };
  disk: { freeBytes: number; totalBytes: number };
}

/** Counts everything, in a handful of queries. Needs no engine. */
export async function readFigures(): Promise<Figures> {
  const since = new Date(Date.now() - dayMs);
  const [sessions, launches, jobs, rest, disk] = await Promise.all([
    liveSessions(),
    launchesSince(since),
    jobCounts(),
    restOfIt(since),
    statfs(config().dataDirectory),
  ]);
  const { quotas, session, imagesMax } = config();
  return {
    sessions: { ...sessions.states, limit: session.limit },
    waitForImage: sessions.waitForImage,
    queueLimit: quotas.queue,
    launches,
    slots: { starting: rest.slotsStarting, ready: rest.slotsReady },
    builds: {
      queued: rest.buildsQueued,
      building: rest.buildsBuilding,
      failed: rest.buildsFailed,
    },
    jobs,
    images: {
      count: rest.images,
      bytes: Number(rest.imageBytes),
      limitBytes: imagesMax,
    },
    workspaces: { count: rest.workspaces, bytes: Number(rest.workspaceBytes) },
    bans: rest.bans,
    people: rest.people,
    publications: { published: rest.published, drafts: rest.drafts },
    disk: { freeBytes: disk.bavail * disk.bsize, totalBytes: disk.blocks * disk.bsize },
  };
}

async function liveSessions() {
  const rows = await db().$queryRaw<{ state: string; count: number; imageless: number }[]>`
    SELECT s.state::text, count(*)::int AS count,
           (count(*) FILTER (WHERE e."imageId" IS NULL))::int AS imageless
    FROM "Session" s LEFT JOIN "Environment" e ON e.key = s."environmentKey"
    WHERE s.state IN ('queued', 'starting', 'ready', 'stopping') GROUP BY s.state`;
  const of = (state: string) => rows.find((row) => row.state === state)?.count ?? 0;
  return {
    states: {
      queued: of("queued"),
      starting: of("starting"),
      ready: of("ready"),
      stopping: of("stopping"),
    },
    waitForImage: rows.find(({ state }) => state === "queued")?.imageless ?? 0,
  };
}

async function launchesSince(since: Date): Promise<Figures["launches"]> {
  const [row] = await db().$queryRaw<Figures["launches"][]>`
    SELECT (count(*) FILTER (WHERE warm))::int AS warm, (count(*) FILTER (WHERE NOT warm))::int AS cold,
           (count(*) FILTER (WHERE state = 'failed'))::int AS failed
    FROM "Session" WHERE "createdAt" >= ${since}`;
  return row ?? { warm: 0, cold: 0, failed: 0 };
}

interface Rest {
  slotsStarting: number;
  slotsReady: number;
  buildsQueued: number;
  buildsBuilding: number;
  buildsFailed: number;
  images: number;
  imageBytes: bigint;
  workspaces: number;
  workspaceBytes: bigint;
  bans: number;
  people: number;
  published: number;
  drafts: number;
}

async function restOfIt(since: Date): Promise<Rest> {
  const now = new Date();
  const [row] = await db().$queryRaw<Rest[]>`
    SELECT
      (SELECT count(*)::int FROM "Slot" WHERE state = 'starting') AS "slotsStarting",
      (SELECT count(*)::int FROM "Slot" WHERE state = 'ready') AS "slotsReady",
      (SELECT count(*)::int FROM "Build" WHERE state = 'queued') AS "buildsQueued",
      (SELECT count(*)::int FROM "Build" WHERE state = 'building') AS "buildsBuilding",
      (SELECT count(*)::int FROM "Build" WHERE state = 'failed' AND "createdAt" >= ${since}) AS "buildsFailed",
      (SELECT count(*)::int FROM "Environment" WHERE "imageId" IS NOT NULL) AS images,
      (SELECT coalesce(sum("imageSize"), 0)::bigint FROM "Environment" WHERE "imageId" IS NOT NULL) AS "imageBytes",
      (SELECT count(*)::int FROM "Workspace" WHERE "sizeBytes" > 0) AS workspaces,
      (SELECT coalesce(sum("sizeBytes"), 0)::bigint FROM "Workspace") AS "workspaceBytes",
      (SELECT count(*)::int FROM "Ban" WHERE "expiresAt" IS NULL OR "expiresAt" > ${now}) AS bans,
      (SELECT count(*)::int FROM "User") AS people,
      (SELECT count(*)::int FROM "Version" WHERE newest AND state = 'published') AS published,
      (SELECT count(*)::int FROM "Version" WHERE state = 'draft') AS drafts`;
  if (!row) throw new Error("nothing was counted");
  return row;
}
