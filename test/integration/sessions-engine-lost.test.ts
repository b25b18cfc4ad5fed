import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import Dockerode from "dockerode";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#test/support/database.ts";
import { EngineDoor } from "#test/support/engine-door.ts";

const folder = await mkdtemp(path.join(tmpdir(), "colophon-door-"));
const door = new EngineDoor(path.join(folder, "engine.sock"));
await door.open();
process.env.DOCKER_HOST = `unix://${door.path}`;
process.env.COLOPHON_POOL_MIN = "1";
await testDatabase();
const sessions = await import("#lib/sessions/index.ts");
const { db } = await import("#lib/db/index.ts");
const { startWorking } = await import("#lib/jobs/index.ts");
const { publishPaper, sessionIn } = await import("#test/support/sessions.ts");
const { runPool, slotsReady } = await import("#test/support/pool.ts");

const visitor = { userId: null, role: null, visitorId: "visitor-of-the-test" };
const stop = new AbortController();
const oneOfSeveral = { signal: stop.signal, lastTry: false };
const done = async () => undefined;
let doi = "";

beforeAll(async () => {
  ({ doi } = await publishPaper());
});
afterAll(async () => {
  await door.open();
  stop.abort(new Error("the test is over"));
  await sessions.endAllSessions("shutdown");
  await door.shut();
  await rm(folder, { recursive: true, force: true });
});

const stateOf = async (id: string) =>
  (await db().session.findUniqueOrThrow({ where: { id } })).state;

test.each(["away", "unwell"] as const)(
  "wherever in a cold start the engine is %s, the session does not fail, and starts later",
  async (how) => {
    let calls = 0;
    for (let isBroken = true; isBroken; calls += 1) {
      const { id } = await sessions.startSession({ doi }, visitor);
      door.breakAfter(calls, how);
      await sessions.runStartSession({ sessionId: id }, oneOfSeveral).catch(thrown);
      isBroken = door.isBroken;
      if (isBroken) {
        expect(["queued", "starting"], `after ${calls} calls`).toContain(await stateOf(id));
      }
      await door.open();
      if (isBroken) await sessions.runStartSession({ sessionId: id }, oneOfSeveral);
      await sessionIn(id, "ready");
      await sessions.endSession(id, visitor);
      await sessions.runEndSession({ sessionId: id, reason: "user" }, oneOfSeveral);
    }
    expect(calls, "calls that a start makes").toBeGreaterThan(5);
  },
);

/** A try fails, for which there is another. */
function thrown(error: unknown): void {
  expect(error).toBeInstanceOf(Error);
}

test("a session whose slot dies with the engine outlives every try, and starts when the engine is back", async () => {
  const pool = await runPool();
  await startWorking(
    {
      ingest: done,
      publish: done,
      build: done,
      "start-session": sessions.runStartSession,
      "end-session": sessions.runEndSession,
      reap: sessions.runReap,
    },
    stop.signal,
  );
  try {
    await slotsReady(1);
    const slot = await db().slot.findFirstOrThrow({ where: { state: "ready" } });
    await door.shut();
    await new Dockerode({ socketPath: "/var/run/docker.sock" })
      .getContainer(slot.engineRef ?? "")
      .kill();
    const { id, warm, state } = await sessions.startSession({ doi }, visitor);
    expect({ id, warm, state }).toEqual({ id: slot.id, warm: true, state: "starting" });
    // Whoever tries meanwhile does not get through, and nobody gives up.
    for (let tries = 0; tries < 4; tries += 1) {
      const last = { signal: stop.signal, lastTry: true };
      await expect(sessions.runStartSession({ sessionId: id }, last)).rejects.toThrow();
      expect(await stateOf(id)).toBe("starting");
    }
    await door.open();
    expect(await sessionIn(id, "ready")).toMatchObject({ warm: false });
  } finally {
    await door.open();
    await pool.stop();
  }
});
