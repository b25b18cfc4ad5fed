import { runIngest, runPublish } from "#lib/archive/index.ts";
import { closeDatabase, db } from "#lib/db/index.ts";
import { runBuild } from "#lib/environments/index.ts";
import { messageOf } from "#lib/errors.ts";
import { closeEvents } from "#lib/events/index.ts";
import { closeQueue, enqueue, startWorking } from "#lib/jobs/index.ts";
import { logger } from "#lib/log.ts";
import {
  commitDraftWorkspace,
  runEndSession,
  runReap,
  runStartSession,
} from "#lib/sessions/index.ts";
import { takeCharge } from "./lifetime.ts";

const reapEveryMs = 15_000;
const beatEveryMs = 5_000;

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

/** Runs the worker process: takes up jobs until it is told to stop. */
export async function runWorker(): Promise<void> {
  const log = logger("worker");
  const lifetime = takeCharge(log);
  lifetime.onStop("database", closeDatabase);
  lifetime.onStop("events", closeEvents);
  lifetime.onStop("queue", () => closeQueue());
  await startWorking(
    {
      ingest: runIngest,
      publish: async (payload, context) => {
        // A fork's draft is published with what was changed in its sessions.
        await commitDraftWorkspace(payload.versionId);
        await runPublish(payload, context);
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
  log.info("working");
}
