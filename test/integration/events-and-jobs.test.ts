import { expect, test } from "vitest";
import { changes, publishEvent } from "#lib/events/index.ts";
import { enqueue, type Handlers, startWorking } from "#lib/jobs/index.ts";
import { testDatabase } from "#test/support/database.ts";

await testDatabase();
const { db } = await import("#lib/db/index.ts");

const idle: Handlers = {
  ingest: async () => undefined,
  publish: async () => undefined,
  build: async () => undefined,
  "start-session": async () => undefined,
  "end-session": async () => undefined,
  reap: async () => undefined,
};

test("a subscriber is woken by an event, and only after the transaction commits", async () => {
  const stop = new AbortController();
  const stream = changes("version:1", stop.signal, 60_000);
  await stream.next();
  let committed = false;
  const woken = stream.next().then(() => committed);
  await db().$transaction(async (tx) => {
    await publishEvent("version:1", { state: "published" }, tx);
    await tx.$executeRaw`SELECT pg_sleep(0.05)`;
    committed = true;
  });
  expect(await woken).toBe(true);
  stop.abort();
});

test("a job enqueued in a transaction is done once it commits, and not when it rolls back", async () => {
  const stop = new AbortController();
  const done: string[] = [];
  let finished: () => void = () => undefined;
  const finish = new Promise<void>((resolve) => {
    finished = resolve;
  });
  const handlers: Handlers = {
    ...idle,
    ingest: async ({ versionId }) => {
      done.push(versionId);
      if (versionId === "kept") finished();
    },
  };
  await startWorking(handlers, stop.signal);
  await expect(
    db().$transaction(async (tx) => {
      await enqueue("ingest", { versionId: "dropped" }, { database: tx });
      throw new Error("roll back");
    }),
  ).rejects.toThrow("roll back");
  await db().$transaction(async (tx) => {
    await enqueue("ingest", { versionId: "kept" }, { database: tx });
    await enqueue("ingest", { versionId: "kept" }, { database: tx });
  });
  await finish;
  expect(done).toEqual(["kept"]);
  stop.abort();
});
