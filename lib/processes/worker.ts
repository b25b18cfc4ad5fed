import { onBeforePublish, runIngest, runPublish, sweepArchive } from "#lib/archive/index.ts";
import { collectSources } from "#lib/binder/index.ts";
import { config } from "#lib/config.ts";
import { closeDatabase, db } from "#lib/db/index.ts";
import {
  collectImages,
  refreshEnvironments,
  requestBuild,
  runBuild,
} from "#lib/environments/index.ts";
import { messageOf } from "#lib/errors.ts";
import { closeEvents } from "#lib/events/index.ts";
import { closeQueue, enqueue, startWorking } from "#lib/jobs/index.ts";
import { takeCharge } from "#lib/lifetime.ts";
import { forgetOldLaunches } from "#lib/limits/index.ts";
import { logger } from "#lib/log.ts";
import {
  commitDraftWorkspace,
  followLaunches,
  keepPool,
  runEndSession,
  runReap,
  runStartSession,
  serveEgress,
  watchEnds,
  watchQueue,
  watchQuotas,
  watchServers,
} from "#lib/sessions/index.ts";

const reapEveryMs = 15_000;
const beatEveryMs = 5_000;
const sweepEveryMs = 3_600_000;

/** Repeats `work` until this process ends; a failure is logged and the next turn tries again. */
function every(ms: number, what: string, work: () => Promise<unknown>): () => void {
  const log = logger("worker");
  const turn = () => {
    work().catch((error: unknown) => log.warn({ what, reason: messageOf(error) }, "turn failed"));
  };
  turn();
  const timer = setInterval(turn, ms);
  return () => clearInterval(timer);
}

/** Notes that a worker is alive: `/health` reads it. */
async function beat(): Promise<void> {
  const value = { at: new Date().toISOString(), pid: process.pid };
  await db().setting.upsert({
    where: { key: "worker-heartbeat" },
    create: { key: "worker-heartbeat", value },
    update: { value },
  });
}

async function sweep(): Promise<void> {
  await collectSources();
  await sweepArchive();
  await collectImages(config().imagesMax);
  await forgetOldLaunches();
}

/** Has the image of a just published version made, so that its first reader need not wait. */
async function prepareImage(versionId: string): Promise<void> {
  const version = await db().version.findUniqueOrThrow({ where: { id: versionId } });
  if (version.state === "published" && version.environmentKey) {
    await requestBuild(version.environmentKey, { background: true });
  }
}

/** Runs the worker process: takes up jobs until it is told to stop. */
export async function runWorker(): Promise<void> {
  const log = logger("worker");
  const lifetime = takeCharge(log);
  lifetime.onStop("database", closeDatabase);
  lifetime.onStop("events", closeEvents);
  lifetime.onStop("queue", () => closeQueue());
  await refreshEnvironments();
  // A fork's draft is published with what was changed in its sessions.
  onBeforePublish((versionId) => commitDraftWorkspace(versionId));
  lifetime.onStop("egress", await serveEgress());
  await startWorking(
    {
      ingest: runIngest,
      publish: async (payload, context) => {
        await runPublish(payload, context);
        await prepareImage(payload.versionId);
      },
      build: runBuild,
      "start-session": runStartSession,
      "end-session": runEndSession,
      reap: runReap,
    },
    lifetime.signal,
  );
  lifetime.onStop("heartbeat", every(beatEveryMs, "heartbeat", beat));
  lifetime.onStop(
    "reaper",
    every(reapEveryMs, "reap", () => enqueue("reap", {})),
  );
  lifetime.onStop("sweeper", every(sweepEveryMs, "sweep", sweep));
  void watchServers(lifetime.signal);
  void watchQueue(lifetime.signal);
  void watchQuotas(lifetime.signal);
  await followLaunches(lifetime.signal);
  const pool = keepPool(lifetime.signal);
  // A server that is just being made would be left behind.
  lifetime.onStop("pool", () => pool);
  void watchEnds(lifetime.signal);
  log.info("working");
}
