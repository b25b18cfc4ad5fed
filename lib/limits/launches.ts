import { config } from "#lib/config.ts";
import { db } from "#lib/db/index.ts";
import { ColophonError } from "#lib/errors.ts";
import { addressKey } from "./address.ts";

/** How an address stands after one more launch. */
export interface LaunchCount {
  allowed: boolean;
  limit: number;
  remaining: number;
  /** Until its hour is over. */
  resetSeconds: number;
}

const hourSeconds = 3600;
/** Addresses that one process remembers as being over their limit; the database knows the others. */
const rememberedMost = 10_000;

interface Counted {
  count: number;
  /** On this process's steady clock, in milliseconds. */
  endsAt: number;
}

interface Batch {
  size: number;
  result: Promise<Counted>;
}

const overLimit = new Map<string, number>();
const waiting = new Map<string, Batch>();
const writing = new Map<string, Promise<unknown>>();

/**
 * Counts a launch from an address within its present hour, over all portal processes. Requests of one address
 * that come at once share one write, and who is over the limit costs none until the hour is over.
 */
export async function countLaunch(clientAddress: string): Promise<LaunchCount> {
  const limit = config().quotas.launchesPerHour;
  const key = addressKey(clientAddress);
  const blockedUntil = overLimit.get(key);
  if (blockedUntil !== undefined) {
    if (blockedUntil > performance.now()) return standing(limit + 1, blockedUntil, limit);
    overLimit.delete(key);
  }
  const { ordinal, endsAt } = await joinBatch(key, limit);
  if (ordinal > limit) remember(key, endsAt);
  return standing(ordinal, endsAt, limit);
}

/** Counts a launch. Throws `too_many_launches` (429) beyond the limit; else gives the headers that tell of it. */
export async function assertLaunchRate(clientAddress: string): Promise<Record<string, string>> {
  const count = await countLaunch(clientAddress);
  const headers = rateHeaders(count);
  if (count.allowed) return headers;
  throw new ColophonError(
    "too_many_launches",
    429,
    `More than ${count.limit} launches within an hour came from your address.`,
    {
      hint: `Try again in ${readable(count.resetSeconds)}, or send an API token: launches with one are not counted.`,
      details: { retryAfterSeconds: count.resetSeconds, headers },
    },
  );
}

/** The headers of a counted answer, named as BinderHub names them; the reset is in seconds since 1970. */
export function rateHeaders(count: LaunchCount): Record<string, string> {
  return {
    "x-ratelimit-limit": String(count.limit),
    "x-ratelimit-remaining": String(count.remaining),
    "x-ratelimit-reset": String(Math.floor(Date.now() / 1000) + count.resetSeconds),
    ...(count.allowed ? {} : { "retry-after": String(count.resetSeconds) }),
  };
}

/** Removes the counts whose hour is over. Gives how many there were. */
export async function forgetOldLaunches(): Promise<number> {
  return await db()
    .$executeRaw`DELETE FROM "LaunchCount" WHERE "windowEnds" <= timezone('utc', now())`;
}

function standing(count: number, endsAt: number, limit: number): LaunchCount {
  return {
    allowed: count <= limit,
    limit,
    remaining: Math.max(0, limit - count),
    resetSeconds: Math.max(1, Math.ceil((endsAt - performance.now()) / 1000)),
  };
}

function readable(seconds: number): string {
  const minutes = Math.ceil(seconds / 60);
  return minutes === 1 ? "a minute" : `${minutes} minutes`;
}

// Those who come while an earlier write is under way are counted together by the next one.
async function joinBatch(key: string, limit: number): Promise<Counted & { ordinal: number }> {
  const batch = waiting.get(key) ?? openBatch(key, limit);
  batch.size += 1;
  const place = batch.size;
  const { count, endsAt } = await batch.result;
  const counted = Math.min(batch.size, limit + 1);
  return { count, endsAt, ordinal: count - counted + place };
}

function openBatch(key: string, limit: number): Batch {
  const batch: Batch = { size: 0, result: Promise.resolve({ count: 0, endsAt: 0 }) };
  const before = writing.get(key) ?? Promise.resolve();
  batch.result = (async () => {
    await before;
    waiting.delete(key);
    return await write(key, Math.min(batch.size, limit + 1));
  })();
  waiting.set(key, batch);
  const settled = batch.result.then(
    () => undefined,
    // Whoever is counted by it hears of the failure; those behind try for themselves.
    () => undefined,
  );
  writing.set(key, settled);
  void settled.then(() => {
    if (writing.get(key) === settled) writing.delete(key);
  });
  return batch;
}

async function write(key: string, launches: number): Promise<Counted> {
  const [row] = await db().$queryRaw<{ count: number; seconds: number }[]>`
    INSERT INTO "LaunchCount" AS c ("address", "count", "windowEnds")
    VALUES (${key}, ${launches}, timezone('utc', now()) + make_interval(secs => ${hourSeconds}))
    ON CONFLICT ("address") DO UPDATE SET
      "count" = CASE WHEN c."windowEnds" <= timezone('utc', now()) THEN EXCLUDED."count"
                     ELSE least(c."count", 1000000) + EXCLUDED."count" END,
      "windowEnds" = CASE WHEN c."windowEnds" <= timezone('utc', now()) OR c."windowEnds" > EXCLUDED."windowEnds"
                          THEN EXCLUDED."windowEnds" ELSE c."windowEnds" END
    RETURNING "count", extract(epoch FROM "windowEnds" - timezone('utc', now()))::float8 AS seconds`;
  if (!row) throw new Error("a launch was not counted");
  return { count: row.count, endsAt: performance.now() + row.seconds * 1000 };
}

function remember(key: string, endsAt: number): void {
  overLimit.set(key, endsAt);
  const [oldest] = overLimit.keys();
  if (overLimit.size > rememberedMost && oldest !== undefined) overLimit.delete(oldest);
}
