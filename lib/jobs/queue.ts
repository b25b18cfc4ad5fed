import { fromPrisma, PgBoss } from "pg-boss";
import { databaseUrl } from "#lib/config.ts";
import type { Database } from "#lib/db/index.ts";
import { logger } from "#lib/log.ts";
import { type JobName, type JobPayload, jobs } from "./definitions.ts";

const shared = globalThis as typeof globalThis & { colophonQueue?: Promise<PgBoss> };

async function open(works: boolean): Promise<PgBoss> {
  const log = logger("jobs");
  const boss = new PgBoss({
    connectionString: databaseUrl(),
    schema: "jobs",
    max: works ? 6 : 2,
    useListenNotify: works,
    // Only a worker looks after the queues; a portal just adds to them.
    supervise: works,
    schedule: false,
    superviseIntervalSeconds: 5,
    monitorIntervalSeconds: 5,
    registerInstance: works,
  });
  boss.on("error", (error) => log.error({ reason: error.message }, "queue error"));
  await boss.start();
  for (const [name, definition] of Object.entries(jobs)) {
    const options = {
      retryLimit: definition.retries,
      retryDelay: 2,
      retryBackoff: true,
      retryDelayMax: 300,
      expireInSeconds: definition.timeoutSeconds,
      heartbeatSeconds: 10,
      deleteAfterSeconds: 7 * 24 * 3600,
      notify: true,
    };
    // "short": of jobs with the same key at most one waits.
    await boss.createQueue(name, { ...options, policy: "short" });
    await boss.updateQueue(name, options);
  }
  return boss;
}

/** This process's queue. The worker opens it with `works`, before anything else asks for it. */
export async function queue(works = false): Promise<PgBoss> {
  shared.colophonQueue ??= open(works).catch((error: unknown) => {
    delete shared.colophonQueue;
    throw error;
  });
  return await shared.colophonQueue;
}

/** What a job is about: the first word of its payload. */
function keyOf(payload: Record<string, string>): string {
  return Object.values(payload)[0] ?? "only";
}

/**
 * Adds a job, durably, unless one for the same thing waits already. With `database` an open transaction:
 * the job exists exactly when that commits. Higher priorities (default 0) go first.
 */
export async function enqueue<N extends JobName>(
  name: N,
  payload: JobPayload<N>,
  options: { database?: Database; priority?: number } = {},
): Promise<void> {
  const boss = await queue();
  const data = jobs[name].payload.parse(payload);
  await boss.send(name, data, {
    singletonKey: keyOf(data),
    ...(options.database ? { db: fromPrisma(options.database) } : {}),
    ...(options.priority ? { priority: options.priority } : {}),
  });
}

/** Lets a job that still waits go before those of lower priority; no change once it is under way. */
export async function raisePriority<N extends JobName>(
  name: N,
  payload: JobPayload<N>,
  priority: number,
): Promise<void> {
  const boss = await queue();
  await boss.update(name, undefined, { singletonKey: keyOf(payload), priority });
}

/** Closes this process's queue; jobs under way get `graceMs` to finish, the rest are taken up again. */
export async function closeQueue(graceMs = 5_000): Promise<void> {
  const opened = shared.colophonQueue;
  delete shared.colophonQueue;
  await (await opened)?.stop({ graceful: true, timeout: graceMs, close: true });
}
