import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#test/support/database.ts";
import { EngineDoor } from "#test/support/engine-door.ts";

const folder = await mkdtemp(path.join(tmpdir(), "colophon-door-"));
const door = new EngineDoor(path.join(folder, "engine.sock"));
await door.open();
process.env.DOCKER_HOST = `unix://${door.path}`;
await testDatabase();
const sessions = await import("#lib/sessions/index.ts");
const { checkHealth } = await import("#lib/health/index.ts");
const { runBuild } = await import("#lib/environments/index.ts");
const { db } = await import("#lib/db/index.ts");
const { startWorking } = await import("#lib/jobs/index.ts");
const { publishPaper, sessionIn } = await import("#test/support/sessions.ts");

const visitor = { userId: null, role: null, visitorId: "visitor-of-the-test" };
const stop = new AbortController();
const done = async () => undefined;
let doi: string;
let environmentKey: string;

beforeAll(async () => {
  const paper = await publishPaper();
  doi = paper.doi;
  const version = await db().version.findUniqueOrThrow({ where: { id: paper.versionId } });
  environmentKey = version.environmentKey ?? "";
  // What a worker does, as far as sessions need it.
  await startWorking(
    {
      ingest: done,
      publish: done,
      build: runBuild,
      "start-session": sessions.runStartSession,
      "end-session": sessions.runEndSession,
      reap: sessions.runReap,
    },
    stop.signal,
  );
  void sessions.watchServers(stop.signal);
  void sessions.watchQueue(stop.signal);
});
afterAll(async () => {
  await door.open();
  stop.abort(new Error("the test is over"));
  await sessions.endAllSessions("shutdown");
  await door.shut();
  await rm(folder, { recursive: true, force: true });
});

async function engineCheck() {
  const { checks } = await checkHealth();
  return checks.find(({ service }) => service === "engine");
}

test("while the engine is away the queue holds, /health says so, and sessions start when it is back", async () => {
  const running = await sessions.startSession({ doi }, visitor);
  await sessionIn(running.id, "ready");
  expect(await engineCheck()).toMatchObject({ ok: true });

  await door.shut();
  expect(await engineCheck()).toMatchObject({
    ok: false,
    problem: "The engine that runs notebooks is down.",
  });
  const asked = await sessions.startSession({ doi }, visitor);
  expect(asked.state).toBe("queued");
  await expect
    .poll(async () => (await sessions.getSession(asked.id, visitor)).message, { timeout: 30_000 })
    .toMatch(/^Waiting until the engine that runs notebooks answers again/);
  // Looking at it again and again does not wear it out, and what runs is left alone.
  const hopeless = { signal: stop.signal, lastTry: true };
  await expect(sessions.runStartSession({ sessionId: asked.id }, hopeless)).rejects.toMatchObject({
    code: "engine_unavailable",
  });
  await sessions.runReap({}, hopeless);
  expect((await sessions.getSession(asked.id, visitor)).state).toBe("queued");
  expect((await sessions.getSession(running.id, visitor)).state).toBe("ready");

  await door.open();
  await sessionIn(asked.id, "ready");
  expect(await engineCheck()).toMatchObject({ ok: true });
});

test("a build that the engine left waits for it, too", async () => {
  const build = await db().build.create({ data: { environmentKey } });
  await door.shut();
  const hopeless = { signal: stop.signal, lastTry: true };
  await expect(runBuild({ buildId: build.id }, hopeless)).rejects.toMatchObject({
    code: "engine_unavailable",
  });
  const state = async () => (await db().build.findUniqueOrThrow({ where: { id: build.id } })).state;
  expect(await state()).toBe("building");
  await door.open();
  await expect.poll(state, { timeout: 90_000 }).toBe("built");
});
