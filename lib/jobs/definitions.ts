import { z } from "zod";
import { config } from "#lib/config.ts";

/** One durable kind of work: what its payload is, and how often and how long it may be tried. */
interface Definition<P extends z.ZodType> {
  payload: P;
  /** Further tries after a failure of the job itself; a dead worker's job is always taken up again. */
  retries: number;
  /** Seconds that one try may take. */
  timeoutSeconds: number;
  /** Tries at once in one worker. */
  concurrency: () => number;
}

function define<P extends z.ZodType>(definition: Definition<P>): Definition<P> {
  return definition;
}

const ids = {
  version: z.object({ versionId: z.string() }),
  build: z.object({ buildId: z.string() }),
  session: z.object({ sessionId: z.string() }),
};

/** Every job there is. Handlers are idempotent: a try may die at any point and be taken up again. */
export const jobs = {
  /** Fetch the files of a draft from git, GitHub or a DOI. */
  ingest: define({ payload: ids.version, retries: 2, timeoutSeconds: 3_600, concurrency: () => 2 }),
  /** Freeze a version and register its DOIs. */
  publish: define({ payload: ids.version, retries: 20, timeoutSeconds: 600, concurrency: () => 2 }),
  /** Turn an environment into an image. */
  build: define({
    payload: ids.build,
    retries: 2,
    timeoutSeconds: 7_200,
    concurrency: () => config().builds,
  }),
  /** Bring a queued session to ready. */
  "start-session": define({
    payload: ids.session,
    retries: 3,
    timeoutSeconds: 7_200,
    concurrency: () => 64,
  }),
  /** Stop a session's server and keep its workspace. */
  "end-session": define({
    payload: z.object({ sessionId: z.string(), reason: z.string() }),
    retries: 20,
    timeoutSeconds: 300,
    concurrency: () => 16,
  }),
  /** End idle and overdue sessions, reconcile the record with the engine, expire workspaces. */
  reap: define({ payload: z.object({}), retries: 0, timeoutSeconds: 300, concurrency: () => 1 }),
} as const;

export type JobName = keyof typeof jobs;
export type JobPayload<N extends JobName> = z.infer<(typeof jobs)[N]["payload"]>;
