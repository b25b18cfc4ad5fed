import { randomUUID } from "node:crypto";
import { mkdir, rm, statfs, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { config } from "#lib/config.ts";
import { db } from "#lib/db/index.ts";
import { isColophonError } from "#lib/errors.ts";
import { queue } from "#lib/jobs/index.ts";
import { engine, poolState } from "#lib/sessions/index.ts";

/** What one part of the system says of itself. `problem`: what is wrong, for an operator. */
export interface Check {
  service: string;
  ok: boolean;
  milliseconds: number;
  problem?: string;
  [fact: string]: unknown;
}

const patienceMs = 4_000;
const leastFreeBytes = 512 * 1024 ** 2;
const heartbeatMs = 30_000;

async function database(): Promise<object> {
  await db().$queryRaw`SELECT 1`;
  return {};
}

// Reading is not enough: a full or read-only disk still reads.
async function storage(): Promise<object> {
  const { dataDirectory } = config();
  const file = path.join(dataDirectory, `.health-${randomUUID()}`);
  await mkdir(dataDirectory, { recursive: true });
  try {
    await writeFile(file, "ok", { flush: true });
  } finally {
    await rm(file, { force: true });
  }
  const { bavail, bsize } = await statfs(dataDirectory);
  const freeBytes = bavail * bsize;
  if (freeBytes < leastFreeBytes) throw new Error(`only ${freeBytes} bytes are free`);
  return { freeBytes };
}

async function containers(): Promise<object> {
  const { name, ping } = engine();
  await ping.call(engine());
  return { engine: name };
}

async function gateway(): Promise<object> {
  const { bind, gatewayPort } = config();
  const host = bind === "0.0.0.0" || bind === "::" ? "127.0.0.1" : bind;
  const response = await fetch(
    `http://${host.includes(":") ? `[${host}]` : host}:${gatewayPort}/`,
    {
      signal: AbortSignal.timeout(patienceMs),
      redirect: "manual",
    },
  );
  await response.body?.cancel();
  if (response.status >= 500) throw new Error(`answers ${response.status}`);
  return {};
}

// An empty pool is no fault: launches are slower then.
async function pool(): Promise<object> {
  return await poolState();
}

const Heartbeat = z.object({ at: z.iso.datetime() });

async function worker(): Promise<object> {
  const setting = await db().setting.findUnique({ where: { key: "worker-heartbeat" } });
  const heartbeat = Heartbeat.safeParse(setting?.value);
  if (!heartbeat.success) throw new Error("has not started yet");
  const age = Date.now() - Date.parse(heartbeat.data.at);
  if (age > heartbeatMs) throw new Error(`was last seen ${Math.round(age / 1000)} s ago`);
  return { lastSeen: heartbeat.data.at };
}

async function jobs(): Promise<object> {
  const queues = await (await queue()).getQueues();
  if (queues.length === 0) throw new Error("has no queues");
  return {
    waiting: queues.reduce((sum, { queuedCount }) => sum + queuedCount, 0),
    active: queues.reduce((sum, { activeCount }) => sum + activeCount, 0),
  };
}

/** The sentence of a failed check: our own errors speak, others only name their kind (no address, no path). */
function tell(error: unknown): string {
  if (isColophonError(error)) return error.message;
  if (error instanceof Error && error.name === "TimeoutError") return "does not answer in time";
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (cause instanceof Error && "code" in cause) return `does not work (${String(cause.code)})`;
  return error instanceof Error && error.name === "Error" ? error.message : "does not work";
}

async function run(service: string, work: () => Promise<object>): Promise<Check> {
  const started = performance.now();
  const since = () => Math.round(performance.now() - started);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DOMException("late", "TimeoutError")), patienceMs);
  });
  try {
    const facts = await Promise.race([work(), late]);
    return { service, ok: true, milliseconds: since(), ...facts };
  } catch (error) {
    return { service, ok: false, milliseconds: since(), problem: tell(error) };
  } finally {
    clearTimeout(timer);
  }
}

async function ask(): Promise<{ ok: boolean; checks: Check[] }> {
  const checks = await Promise.all([
    run("database", database),
    run("storage", storage),
    run("engine", containers),
    run("gateway", gateway),
    run("worker", worker),
    run("queue", jobs),
    run("pool", pool),
  ]);
  return { ok: checks.every((check) => check.ok), checks };
}

let asking: ReturnType<typeof ask> | undefined;

/**
 * Asks every part at once whether it works, each within a few seconds. Who comes meanwhile gets the same
 * answer: anybody may call this, and it writes to the disk.
 */
export async function checkHealth(): ReturnType<typeof ask> {
  asking ??= ask().finally(() => {
    asking = undefined;
  });
  return await asking;
}
