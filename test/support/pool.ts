import { expect } from "vitest";
import { changes } from "#lib/events/index.ts";

/** Looks after the pool in this process until `stop`, as the worker does. */
export async function runPool() {
  const { followLaunches, keepPool, watchServers } = await import("#lib/sessions/index.ts");
  const end = new AbortController();
  await followLaunches(end.signal);
  const running = [keepPool(end.signal), watchServers(end.signal)];
  return {
    stop: async () => {
      end.abort();
      await Promise.all(running);
    },
  };
}

/** Resolves when that many slots wait. */
export async function slotsReady(wanted: number): Promise<void> {
  const { poolState } = await import("#lib/sessions/index.ts");
  const { poolTopic } = await import("#lib/sessions/pool/index.ts");
  const timeout = AbortSignal.timeout(120_000);
  for await (const _ of changes(poolTopic, timeout, 200)) {
    if ((await poolState()).ready >= wanted) return;
  }
  expect((await poolState()).ready).toBe(wanted);
}
