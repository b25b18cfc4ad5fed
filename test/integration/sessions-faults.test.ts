import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { testDatabase } from "#test/support/database.ts";

process.env.GATEWAY_PORT = "3397";
process.env.COLOPHON_SESSIONS_MAX = "2";
const { dataDirectory } = await testDatabase();
const sessions = await import("#lib/sessions/index.ts");
const { docker } = await import("#lib/docker.ts");
const { db } = await import("#lib/db/index.ts");
const { probeEngine } = await import("#lib/sessions/docker-probe.ts");
const { installation, runDirectory } = await import("#lib/sessions/installation.ts");
const { publishPaper, sessionIn } = await import("#test/support/sessions.ts");

const visitor = { userId: null, role: null, visitorId: "visitor" };
const stop = new AbortController();
const context = { signal: stop.signal, lastTry: true };
let doi = "";
let watching: Promise<void>;

beforeAll(async () => {
  ({ doi } = await publishPaper());
  watching = sessions.watchServers(stop.signal);
});
afterAll(async () => {
  stop.abort();
  await watching;
  await sessions.endAllSessions("shutdown");
  const all = await docker().listContainers({
    all: true,
    filters: { label: [`colophon.installation=${installation()}`] },
  });
  expect(all).toEqual([]);
});
beforeEach(async () => {
  await sessions.endAllSessions("shutdown");
});

async function launch() {
  const { id, workspaceId } = await sessions.startSession({ doi }, visitor);
  await sessions.runStartSession({ sessionId: id }, context);
  await sessionIn(id, "ready");
  const row = await db().session.findUniqueOrThrow({ where: { id } });
  return { id, workspaceId, ref: row.engineRef ?? "" };
}

const reap = () => sessions.runReap({}, context);
const finish = (id: string) => sessions.runEndSession({ sessionId: id, reason: "" }, context);

test("a session whose container is killed ends as crashed, at once, and its workspace is kept", async () => {
  const { id, workspaceId, ref } = await launch();
  const written = await sessions.engine().exec(ref, ["sh", "-c", "echo kept > kept.txt"]);
  expect(written.exitCode).toBe(0);
  await docker().getContainer(ref).kill({ signal: "SIGKILL" });
  await sessionIn(id, "stopping");
  await finish(id);
  const ended = await sessionIn(id, "ended");
  expect(ended.endReason).toBe("crashed");
  const kept = path.join(dataDirectory, "workspaces", workspaceId, "upper/kept.txt");
  expect(await readFile(kept, "utf8")).toBe("kept\n");
  const workspace = await db().workspace.findUniqueOrThrow({ where: { id: workspaceId } });
  expect(workspace.sizeBytes).toBe(5n);
  const hours = ((workspace.expiresAt?.getTime() ?? 0) - Date.now()) / 3_600_000;
  expect(hours).toBeGreaterThan(23);
  expect(hours).toBeLessThanOrEqual(24);
});

test("a session that nobody uses ends as idle, one whose time is up as expired, another goes on", async () => {
  const idle = await launch();
  const over = await launch();
  await db().session.update({
    where: { id: idle.id },
    data: { lastActivityAt: new Date(Date.now() - 1_801_000) },
  });
  await db().session.update({
    where: { id: over.id },
    data: { expiresAt: new Date(Date.now() - 1_000) },
  });
  await reap();
  expect((await sessionIn(idle.id, "stopping")).endReason).toBe("idle");
  expect((await sessionIn(over.id, "stopping")).endReason).toBe("expired");
  await Promise.all([finish(idle.id), finish(over.id)]);
  const fresh = await launch();
  await reap();
  expect((await sessions.getSession(fresh.id, visitor)).state).toBe("ready");
});

test("what no session needs is removed, and nothing of others is touched", async () => {
  const live = await launch();
  const image = (await docker().getContainer(live.ref).inspect()).Image;
  const create = (labels: Record<string, string>) =>
    docker().createContainer({ Image: image, Labels: labels, HostConfig: { NetworkMode: "none" } });
  const mark = "0123456789abcdefghjkmnpqrs";
  const orphan = await create({
    colophon: "session",
    "colophon.session": mark,
    "colophon.installation": installation(),
  });
  const foreign = await create({
    colophon: "session",
    "colophon.session": mark,
    "colophon.installation": "somebody",
  });
  try {
    await mkdir(path.join(runDirectory(), mark));
    const strange = path.join(dataDirectory, "workspaces", crypto.randomUUID());
    await mkdir(strange);
    await writeFile(path.join(strange, "x"), "");
    await reap();
    await expect(orphan.inspect()).rejects.toMatchObject({ statusCode: 404 });
    expect((await foreign.inspect()).Id).toBe(foreign.id);
    expect(await readdir(runDirectory())).toEqual([live.id]);
    expect(await readdir(path.dirname(strange))).not.toContain(path.basename(strange));
    expect(await readdir(path.dirname(strange))).toContain(live.workspaceId);
    expect((await sessions.getSession(live.id, visitor)).state).toBe("ready");
  } finally {
    await foreign.remove();
  }
});

test("the reaper leaves alone what the engine is being tried out with", async () => {
  const expected = await sessions.engine().capabilities();
  let isOver = false;
  const probing = probeEngine().finally(() => {
    isOver = true;
  });
  while (!isOver) await reap();
  expect(await probing).toEqual(expected);
});

test("a workspace is removed when its time is up, not before, and not under a session", async () => {
  const { id, workspaceId } = await launch();
  const folder = path.join(dataDirectory, "workspaces", workspaceId);
  const expire = () =>
    db().workspace.update({ where: { id: workspaceId }, data: { expiresAt: new Date(0) } });
  await expire();
  await reap();
  expect(await readdir(folder)).toContain("upper");
  await sessions.endSession(id, visitor);
  await finish(id);
  await reap();
  expect(await readdir(folder)).toContain("upper");
  await expire();
  await reap();
  await expect(readdir(folder)).rejects.toThrow("ENOENT");
});

test("a worker that dies while starting a session loses nothing: the next one takes the server over", async () => {
  const { id } = await sessions.startSession({ doi }, visitor);
  const child = spawn(process.execPath, ["test/support/start-session-child.ts", id], {
    stdio: "inherit",
  });
  const created = async () => (await sessions.engine().list()).find((one) => one.sessionId === id);
  while (!(await created())) await delay(2);
  child.kill("SIGKILL");
  await once(child, "exit");
  const left = await created();
  await sessions.runStartSession({ sessionId: id }, context);
  await sessionIn(id, "ready");
  const row = await db().session.findUniqueOrThrow({ where: { id } });
  expect(row.engineRef).toBe(left?.ref);
  expect(await sessions.engine().list()).toHaveLength(1);
});

test("who comes when all places are taken waits in turn, and knows how many are before", async () => {
  const first = await launch();
  await launch();
  const queue = [];
  for (let n = 0; n < 2; n += 1) {
    const { id } = await sessions.startSession({ doi }, visitor);
    await sessions.runStartSession({ sessionId: id }, context);
    queue.push({ id });
  }
  const [third, fourth] = queue as [(typeof queue)[0], (typeof queue)[0]];
  const message = async (id: string) => (await sessions.getSession(id, visitor)).message;
  expect(await message(third.id)).toBe("Waiting for a free place (0 before you)");
  expect(await message(fourth.id)).toBe("Waiting for a free place (1 before you)");
  await sessions.endSession(first.id, visitor);
  await finish(first.id);
  expect(await sessions.admitWaiting()).toEqual(new Set([third.id]));
  await sessions.runStartSession({ sessionId: third.id }, context);
  await sessionIn(third.id, "ready");
  expect(await message(fourth.id)).toBe("Waiting for a free place (0 before you)");
  await sessions.endSession(fourth.id, visitor);
  expect((await sessions.getSession(fourth.id, visitor)).state).toBe("ended");
});

test("a session ended while it starts leaves nothing behind", async () => {
  const { id } = await sessions.startSession({ doi }, visitor);
  const starting = sessions.runStartSession({ sessionId: id }, context);
  await sessionIn(id, "starting");
  await sessions.endSession(id, visitor);
  await Promise.all([starting, finish(id)]);
  expect((await sessions.getSession(id, visitor)).state).toBe("ended");
  expect(await sessions.engine().list()).toEqual([]);
  expect(await readFile("/proc/self/mountinfo", "utf8")).not.toContain(dataDirectory);
});

test("a session belongs to who started it; without an owner its id is the key", async () => {
  const { id } = await sessions.startSession({ doi }, visitor);
  const stranger = { userId: null, role: null, visitorId: "stranger" };
  await expect(sessions.getSession(id, stranger)).rejects.toMatchObject({ code: "not_found" });
  await expect(sessions.endSession(id, stranger)).rejects.toMatchObject({ code: "not_found" });
  await expect(sessions.saveSessionAsFork(id, visitor)).rejects.toMatchObject({
    code: "sign_in_required",
  });
  expect(await sessions.listSessions(stranger)).toEqual([]);
  expect((await sessions.listSessions(visitor)).map((each) => each.id)).toContain(id);
  const nobody = { userId: null, role: null, visitorId: null };
  const open = await sessions.startSession({ doi }, nobody);
  expect((await sessions.getSession(open.id, stranger)).id).toBe(open.id);
});
