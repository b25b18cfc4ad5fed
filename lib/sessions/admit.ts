import { type Database, db } from "#lib/db/index.ts";
import { isColophonError, messageOf } from "#lib/errors.ts";
import { changes, publishEvent } from "#lib/events/index.ts";
import { enqueue } from "#lib/jobs/index.ts";
import { logger } from "#lib/log.ts";
import { askEngine } from "./engine-answers.ts";
import { type Standing, settle } from "./queue.ts";
import { changeSessionState, placesTopic } from "./state.ts";
import { lockAdmission, readLine } from "./wait.ts";

const log = () => logger("queue");

/**
 * Makes a queued session, whose image is there, `starting` if there is a place for it now. Gives false when it has to
 * wait: it keeps its place in the queue and a new job is made for it once it is its turn.
 */
export async function admit(id: string, signal: AbortSignal): Promise<boolean> {
  signal.throwIfAborted();
  if ((await stateOf(id)) === "queued" && (await admitWaiting(id)).has(id)) return true;
  // Another process may have let it start.
  return (await stateOf(id)) === "starting";
}

async function stateOf(id: string): Promise<string> {
  const session = await db().session.findUniqueOrThrow({ where: { id }, select: { state: true } });
  return session.state;
}

let passing: Promise<unknown> = Promise.resolve();
let next: { asked: Set<string>; outcome: Promise<Set<string>> } | undefined;

/**
 * Lets everybody start whose turn it is, first come first served. Calls that come while one is under way share the
 * next one. For all but the one who asks a job is made. Gives the ids that started.
 */
export async function admitWaiting(asking?: string): Promise<Set<string>> {
  if (!next) {
    const asked = new Set<string>();
    const before = passing;
    const outcome = (async () => {
      await before;
      next = undefined;
      return await pass(asked);
    })();
    passing = Promise.allSettled([outcome]);
    next = { asked, outcome };
  }
  if (asking !== undefined) next.asked.add(asking);
  return await next.outcome;
}

async function pass(asked: ReadonlySet<string>): Promise<Set<string>> {
  // Nothing leaves the queue for an engine that is down: it would only fail there.
  if (!(await askEngine())) return new Set();
  const { started, standings } = await db().$transaction(async (tx) => {
    await lockAdmission(tx);
    const { held, waiting, limits } = await readLine(tx);
    const { admitted, standings } = settle(held, waiting, limits);
    const started = new Set<string>();
    for (const id of admitted) {
      if (!(await begins(id, tx))) continue;
      started.add(id);
      if (asked.has(id)) continue;
      await enqueue("start-session", { sessionId: id }, { database: tx });
    }
    return { started, standings };
  });
  await tellMoved(standings);
  return started;
}

async function begins(id: string, tx: Database): Promise<boolean> {
  try {
    await changeSessionState(id, "starting", { startedAt: new Date() }, tx);
    return true;
  } catch (error) {
    // Somebody ended it meanwhile.
    if (isColophonError(error) && error.code === "illegal_transition") return false;
    throw error;
  }
}

let told = new Map<string, string>();

// Pages that show a place in the queue look again when it has changed.
async function tellMoved(standings: ReadonlyMap<string, Standing>): Promise<void> {
  const now = new Map(
    [...standings].map(([id, { waitsFor, position, length }]) => [
      id,
      `${waitsFor} ${position} ${length}`,
    ]),
  );
  const moved = [...now].filter(([id, text]) => told.get(id) !== text);
  told = now;
  for (const [id] of moved) await publishEvent(`session:${id}`, { state: "queued" });
}

/** Looks at the queue whenever a place gets free or a limit is changed, and now and then, until `signal` aborts. */
export async function watchQueue(signal: AbortSignal): Promise<void> {
  for await (const _ of changes(placesTopic, signal)) {
    try {
      await admitWaiting();
    } catch (error) {
      log().warn({ reason: messageOf(error) }, "the queue could not be looked at");
    }
  }
}
