import { setTimeout as delay } from "node:timers/promises";
import { config } from "#lib/config.ts";
import { db } from "#lib/db/index.ts";
import { messageOf } from "#lib/errors.ts";
import { changes } from "#lib/events/index.ts";
import { logger } from "#lib/log.ts";
import { engine } from "../engine.ts";
import { askEngine, engineLeftSince } from "../engine-answers.ts";
import { slotCost } from "./cost.ts";
import { type Demand, readDemand } from "./demand.ts";
import { fillSlot } from "./fill.ts";
import { planSlots } from "./plan.ts";
import { retireSlot } from "./retire.ts";
import { tidySlots } from "./tidy.ts";
import { poolTopic } from "./topic.ts";

const lookEveryMs = 5_000;
const turnMs = 300_000;
// One who looks after the pool at a time, in all processes.
const keeperLock = 7_301_423;

// How long somebody who got a session is left alone with the machine, and how often in a row.
const pauseMs = 1_000;
const mostPauses = 5;

const firstRestMs = 60_000;
const longestRestMs = 3_600_000;

/** Looks after the pool until `signal` aborts: retires what is stale and makes what the plan lacks, one at a time. */
export async function keepPool(signal: AbortSignal): Promise<void> {
  const resting = new Resting();
  for await (const _ of changes(poolTopic, signal, lookEveryMs)) {
    try {
      let goesOn = true;
      while (goesOn && !signal.aborted) {
        await quiet(signal);
        goesOn = await asKeeper(() => turn(resting, signal));
      }
    } catch (error) {
      if (!signal.aborted) logger("pool").warn({ reason: messageOf(error) }, "pool's turn failed");
    }
  }
}

/** Runs `work` unless another process does (then false). The lock is gone with the process, however it ends. */
async function asKeeper(work: () => Promise<boolean>): Promise<boolean> {
  return await db().$transaction(
    async (tx) => {
      const [row] = await tx.$queryRaw<{ mine: boolean }[]>`
        SELECT pg_try_advisory_xact_lock(${keeperLock}) AS mine`;
      return row?.mine === true && (await work());
    },
    { timeout: turnMs },
  );
}

/** Sets right what is not, and makes at most one slot. Gives whether another may be missing. */
async function turn(resting: Resting, signal: AbortSignal): Promise<boolean> {
  await tidySlots();
  const demand = (await isPossible()) ? await readDemand() : [];
  const missing = await settle(demand, resting);
  if (!missing || (await isLaunchUnderWay())) return false;
  const began = performance.now();
  try {
    await fillSlot(missing, signal);
    resting.worked(missing.imageId);
  } catch (error) {
    if (signal.aborted) return false;
    const { key } = missing;
    if (engineLeftSince(began) || !(await askEngine())) {
      logger("pool").warn({ environment: key }, "the engine left while a slot was made");
      return false;
    }
    resting.failed(missing.imageId);
    logger("pool").warn({ environment: key, reason: messageOf(error) }, "slot was not made");
  }
  return true;
}

/** Slots need files that appear in a running server, which only overlays mounted by us do. */
async function isPossible(): Promise<boolean> {
  const { pool, workspaceMode } = config();
  if (pool.memory === 0 || !["auto", "overlay"].includes(workspaceMode)) return false;
  return (await engine().capabilities()).ownMounts;
}

/** Retires what the plan has no use for; gives the environment that lacks a slot the most. */
async function settle(demand: Demand[], resting: Resting): Promise<Demand | undefined> {
  const { memory: memoryBytes, min, max } = config().pool;
  const candidates = demand
    .filter(({ imageId }) => !resting.has(imageId))
    .map((one) => ({ ...one, costBytes: slotCost(one.imageId) }));
  const plan = planSlots(candidates, { memoryBytes, min, max });
  const slots = await db().slot.findMany({ orderBy: { createdAt: "asc" } });
  const count = new Map<string, number>();
  for (const { id, environmentKey } of slots) {
    const have = (count.get(environmentKey) ?? 0) + 1;
    if (have > (plan.get(environmentKey) ?? 0)) await retireSlot(id, "not wanted");
    else count.set(environmentKey, have);
  }
  const lack = ({ key }: Demand) => 1 - (count.get(key) ?? 0) / (plan.get(key) || 1);
  return candidates
    .filter(({ key }) => (count.get(key) ?? 0) < (plan.get(key) ?? 0))
    .toSorted((a, b) => lack(b) - lack(a) || b.weight - a.weight)[0];
}

/** A launch has the machine to itself. */
async function isLaunchUnderWay(): Promise<boolean> {
  return (await db().session.count({ where: { state: "starting" } })) > 0;
}

/** Waits while people open what they have just launched; but not for ever where there is always somebody. */
async function quiet(signal: AbortSignal): Promise<void> {
  for (let pauses = 0; pauses < mostPauses && !signal.aborted; pauses += 1) {
    const since = new Date(Date.now() - pauseMs);
    const fresh = await db().session.count({
      where: { OR: [{ state: "starting" }, { state: "ready", readyAt: { gt: since } }] },
    });
    if (fresh === 0) return;
    // Only `signal` cuts it short, and the loop looks at it next.
    await delay(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}

/** Images whose servers did not come up: left alone for longer and longer. */
class Resting {
  readonly #until = new Map<string, { at: number; restMs: number }>();

  has(imageId: string): boolean {
    return (this.#until.get(imageId)?.at ?? 0) > Date.now();
  }

  failed(imageId: string): void {
    const before = this.#until.get(imageId)?.restMs ?? firstRestMs / 2;
    const restMs = Math.min(before * 2, longestRestMs);
    this.#until.set(imageId, { at: Date.now() + restMs, restMs });
  }

  worked(imageId: string): void {
    this.#until.delete(imageId);
  }
}
