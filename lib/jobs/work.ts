import { logger } from "#lib/log.ts";
import { type JobName, type JobPayload, jobs } from "./definitions.ts";
import { queue } from "./queue.ts";

/** Does one job. `signal` aborts when the worker stops; `lastTry`: nobody will try again after this one. */
export type Handler<N extends JobName> = (
  payload: JobPayload<N>,
  context: { signal: AbortSignal; lastTry: boolean },
) => Promise<void>;

export type Handlers = { [N in JobName]: Handler<N> };

async function workOn<N extends JobName>(
  name: N,
  handler: Handler<N>,
  stop: AbortSignal,
): Promise<void> {
  const log = logger("jobs");
  const boss = await queue(true);
  const definition = jobs[name];
  const options = {
    localConcurrency: definition.concurrency(),
    includeMetadata: true,
    pollingIntervalSeconds: 2,
    notifyPollingIntervalSeconds: 5,
  } as const;
  await boss.work<JobPayload<N>, void, typeof options>(name, options, async (batch) => {
    for (const job of batch) {
      const payload = definition.payload.parse(job.data) as JobPayload<N>;
      const lastTry = job.retryCount >= job.retryLimit;
      const started = performance.now();
      try {
        await handler(payload, { signal: AbortSignal.any([stop, job.signal]), lastTry });
        const ms = Math.round(performance.now() - started);
        log.info({ job: name, payload, ms }, "job done");
      } catch (error) {
        log.error({ job: name, payload, lastTry, err: error }, "job failed");
        throw error;
      }
    }
  });
}

/** Takes up jobs of every kind until `stop` aborts. Resolves once all queues are watched. */
export async function startWorking(handlers: Handlers, stop: AbortSignal): Promise<void> {
  await Promise.all([
    workOn("ingest", handlers.ingest, stop),
    workOn("publish", handlers.publish, stop),
    workOn("build", handlers.build, stop),
    workOn("start-session", handlers["start-session"], stop),
    workOn("end-session", handlers["end-session"], stop),
    workOn("reap", handlers.reap, stop),
  ]);
}
