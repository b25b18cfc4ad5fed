import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { testDatabase } from "#test/support/database.ts";

process.env.COLOPHON_SESSION_START = "12";
await testDatabase();
const sessions = await import("#lib/sessions/index.ts");
const { docker } = await import("#lib/docker.ts");
const { installation } = await import("#lib/sessions/installation.ts");
const { paperDirectory, publishPaper } = await import("#test/support/sessions.ts");

const visitor = { userId: null, role: null, visitorId: "unlucky" };
const stop = new AbortController();
const context = { signal: stop.signal, lastTry: true };
const folders: string[] = [];

afterAll(async () => {
  stop.abort();
  await sessions.endAllSessions("shutdown");
  for (const folder of folders) await rm(folder, { recursive: true });
});

/** A session of the fixtures' paper with this start script, as far as it came. */
async function launchWith(start: string) {
  const folder = await mkdtemp(path.join(tmpdir(), "colophon-start-"));
  folders.push(folder);
  await cp(paperDirectory, folder, { recursive: true });
  await writeFile(path.join(folder, "start"), start, { mode: 0o755 });
  const { doi } = await publishPaper(folder);
  const { id } = await sessions.startSession({ doi }, visitor);
  await sessions.runStartSession({ sessionId: id }, context);
  return await sessions.getSession(id, visitor);
}

async function containers(): Promise<number> {
  const label = [`colophon.installation=${installation()}`, "colophon.session"];
  return (await docker().listContainers({ all: true, filters: { label } })).length;
}

test("an image whose start script fails: the session says so with its log, and nothing is left", async () => {
  const session = await launchWith("#!/bin/sh\necho 'the licence server is away' >&2\nexit 3\n");
  expect(session.state).toBe("failed");
  expect(session.failure?.message).toContain("(code 3)");
  expect(session.failure?.log).toContain("the licence server is away");
  expect(await containers()).toBe(0);
});

test("a server that never answers is stopped when its time is up, and explained", async () => {
  const session = await launchWith("#!/bin/sh\necho 'waiting for a file'\nexec sleep 1000\n");
  expect(session.state).toBe("failed");
  expect(session.failure?.message).toContain("did not answer in time");
  expect(session.failure?.log).toContain("waiting for a file");
  expect(await containers()).toBe(0);
});
