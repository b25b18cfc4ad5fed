import { db } from "#lib/db/index.ts";
import { notFound } from "#lib/errors.ts";
import { jobs } from "./definitions.ts";
import { queue } from "./queue.ts";

/** A job as an operator sees it. Times are ISO 8601. */
export interface JobView {
  id: string;
  name: string;
  state: "waiting" | "active" | "failed" | "done" | "cancelled";
  /** What it is about: the ids of its payload. */
  about: Record<string, string>;
  tries: number;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  /** The message of what went wrong last. */
  problem: string | null;
}

interface Row {
  id: string;
  name: string;
  state: string;
  data: Record<string, string> | null;
  retry_count: number;
  created_on: Date;
  started_on: Date | null;
  completed_on: Date | null;
  problem: string | null;
}

// pg-boss's states; "retry" waits for its next try.
const states: Record<string, JobView["state"]> = {
  created: "waiting",
  retry: "waiting",
  active: "active",
  completed: "done",
  cancelled: "cancelled",
  failed: "failed",
};

/** The newest jobs that are not done, failed ones among them, at most `limit`. */
export async function openJobs(limit = 200): Promise<JobView[]> {
  await queue();
  const rows = await db().$queryRaw<Row[]>`
    SELECT id::text, name, state::text, data, retry_count, created_on, started_on, completed_on,
           left(coalesce(output->>'message', output->'value'->>'message'), 500) AS problem
    FROM jobs.job WHERE state IN ('created', 'retry', 'active', 'failed')
    ORDER BY created_on DESC LIMIT ${limit}`;
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    state: states[row.state] ?? "waiting",
    about: row.data ?? {},
    tries: row.retry_count + 1,
    createdAt: row.created_on.toISOString(),
    startedAt: row.started_on?.toISOString() ?? null,
    finishedAt: row.completed_on?.toISOString() ?? null,
    problem: row.problem,
  }));
}

/** How many jobs wait, are under way, have failed within the time that they are kept. */
export async function jobCounts(): Promise<{ waiting: number; active: number; failed: number }> {
  await queue();
  const [row] = await db().$queryRaw<{ waiting: number; active: number; failed: number }[]>`
    SELECT (count(*) FILTER (WHERE state IN ('created', 'retry')))::int AS waiting,
           (count(*) FILTER (WHERE state = 'active'))::int AS active,
           (count(*) FILTER (WHERE state = 'failed'))::int AS failed
    FROM jobs.job WHERE state IN ('created', 'retry', 'active', 'failed')`;
  return row ?? { waiting: 0, active: 0, failed: 0 };
}

/** Lets a failed job be tried once more. Throws `not_found` for what is no failed job. */
export async function retryJob(name: string, id: string): Promise<void> {
  const isUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);
  if (!isUuid || !Object.hasOwn(jobs, name)) throw notFound("job");
  const boss = await queue();
  const [job] = await boss.findJobs(name, { id });
  if (job?.state !== "failed") throw notFound("failed job");
  await boss.retry(name, id);
}
