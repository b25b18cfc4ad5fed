import { Readable } from "node:stream";
import { pack } from "tar-stream";
import { beforeAll, describe, expect, test } from "vitest";
import type { SessionState } from "#lib/sessions/index.ts";
import { testDatabase } from "#test/support/database.ts";

process.env.COLOPHON_SESSION_IDLE = "60";
process.env.COLOPHON_SESSION_MAX = "120";
await testDatabase();
const { api } = await import("#test/support/api.ts");
const { person } = await import("#test/support/people.ts");
const { createFromArchive, getPublication, publishDraft, runPublish } = await import(
  "#lib/archive/index.ts"
);
const { config } = await import("#lib/config.ts");
const { db } = await import("#lib/db/index.ts");
const { changes } = await import("#lib/events/index.ts");
const { admit } = await import("#lib/sessions/admit.ts");
const { changeSessionState } = await import("#lib/sessions/state.ts");
const { watchEnds } = await import("#lib/sessions/index.ts");
const { SessionAnswer } = await import("#app/api/answers.ts");

const author = await person("author");
const other = await person("author");
const day = 24 * 3_600_000;
let doi: string;

beforeAll(async () => {
  const tar = pack();
  tar.entry({ name: "data.csv" }, "a,b\n1,2\n");
  tar.finalize();
  const { id } = await createFromArchive({
    viewer: author.viewer,
    body: Readable.from(tar),
    mediaType: "application/x-tar",
    metadata: { title: "Data", authors: [{ name: "A" }] },
  });
  const asked = await publishDraft(id, author.viewer);
  const forever = { signal: new AbortController().signal, lastTry: true };
  await runPublish({ versionId: asked.draft?.id ?? "" }, forever);
  doi = (await getPublication(id, author.viewer)).versions[0]?.doi ?? "";
});

// No worker runs here: rows are put into the state that a test is about.
async function started(token = author.token) {
  const { body } = await api("POST", "/api/sessions", { json: { doi, path: "data.csv" }, token });
  return SessionAnswer.parse(body);
}

async function put(id: string, state: SessionState, data: Record<string, unknown> = {}) {
  await db().session.update({ where: { id }, data: { state, ...data } });
}

async function ended(endReason = "idle", token = author.token) {
  const session = await started(token);
  await put(session.id, "ended", { endReason, readyAt: new Date(), endedAt: new Date() });
  await db().workspace.update({
    where: { id: session.workspace.id },
    data: { expiresAt: new Date(Date.now() + day), sizeBytes: 12n },
  });
  return session;
}

const resume = (id: string, token = author.token) =>
  api("POST", `/api/sessions/${id}/resume`, { token });

describe("an ended session", () => {
  test.each([
    ["user", "Ended by you"],
    ["idle", "nobody used it"],
    ["expired", "time was up"],
    ["crashed", "stopped unexpectedly"],
    ["oom", "more memory"],
    ["shutdown", "shut down"],
  ])("that ended by %s says so, and goes on in the same workspace", async (reason, words) => {
    const session = await ended(reason);
    const read = SessionAnswer.parse(
      (await api("GET", `/api/sessions/${session.id}`, { token: author.token })).body,
    );
    expect(read).toMatchObject({
      state: "ended",
      endReason: reason,
      message: expect.stringContaining(words),
      endsAt: null,
      canExtend: false,
      workspace: { state: "kept", sizeBytes: 12 },
    });
    const answer = await resume(session.id);
    expect(answer.status, answer.text).toBe(201);
    expect(answer.headers.get("location")).toBe(`/api/sessions/${String(answer.body.id)}`);
    expect(answer.body.id).not.toBe(session.id);
    expect(answer.body).toMatchObject({
      state: "queued",
      path: "data.csv",
      workspace: { id: session.workspace.id, state: "kept", expiresAt: null },
    });
  });

  test("that never started goes on as well", async () => {
    const session = await started();
    await put(session.id, "failed", { failure: { message: "No", hint: "Again" } });
    const answer = await resume(session.id);
    expect(answer.body).toMatchObject({ state: "queued", workspace: { id: session.workspace.id } });
  });

  test("is resumed once, however many ask at the same time and by either way", async () => {
    const { id } = await ended();
    const asked = Array.from({ length: 8 }, (_, n) =>
      n % 2
        ? resume(id)
        : api("POST", "/api/sessions", { json: { resume: id }, token: author.token }),
    );
    const answers = await Promise.all(asked);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    const again = await resume(String(answers[0]?.body.id));
    expect(again.body.id).toBe(answers[0]?.body.id);
  });

  test("of somebody else is not to be found", async () => {
    const { id } = await ended();
    const nothing = await resume("00000000000000000000000000");
    const foreign = await resume(id, other.token);
    expect([foreign.status, foreign.body.detail]).toEqual([404, nothing.body.detail]);
    for (const path of ["workspace", "workspace?format=zip"]) {
      const read = await api("GET", `/api/sessions/${id}/${path}`, { token: other.token });
      expect(read.status).toBe(404);
    }
  });

  test("does not lead to a session that somebody else has in its workspace by now", async () => {
    const { id } = await ended();
    const resumed = await resume(id);
    await db().session.update({
      where: { id: String(resumed.body.id) },
      data: { userId: other.viewer.userId },
    });
    expect((await resume(id)).status).toBe(404);
  });

  test("whose time is up says so, and offers nothing", async () => {
    const { id, workspace } = await ended();
    await db().workspace.update({
      where: { id: workspace.id },
      data: { expiresAt: new Date(Date.now() - 1_000) },
    });
    const read = await api("GET", `/api/sessions/${id}`, { token: author.token });
    expect(read.body).toMatchObject({ workspace: { state: "gone" } });
    for (const [method, path] of [
      ["POST", "resume"],
      ["GET", "workspace"],
      ["GET", "workspace?format=zip"],
    ] as const) {
      const answer = await api(method, `/api/sessions/${id}/${path}`, { token: author.token });
      expect([answer.status, answer.body.code], path).toEqual([410, "workspace_gone"]);
    }
  });

  test("of a version that was withdrawn since is not run again", async () => {
    const { id } = await ended();
    const { versionId } = await db().session.findUniqueOrThrow({ where: { id } });
    await db().version.update({ where: { id: versionId }, data: { state: "withdrawn" } });
    const answer = await resume(id);
    await db().version.update({ where: { id: versionId }, data: { state: "published" } });
    expect([answer.status, answer.body.code]).toEqual([410, "version_withdrawn"]);
  });

  test("waits, where it is still stopping, until its files are free", async () => {
    const session = await started();
    await put(session.id, "stopping", { endReason: "user" });
    const { body } = await resume(session.id);
    const next = String(body.id);
    expect(next).not.toBe(session.id);
    await db().environment.updateMany({ data: { imageId: "sha256:there" } });
    const { signal } = new AbortController();
    expect(await admit(next, signal)).toBe(false);
    await changeSessionState(session.id, "ended", { endedAt: new Date() });
    expect(await admit(next, signal)).toBe(true);
  });
});

test("the list of open sessions has each workspace once, and only what one can go on with", async () => {
  const me = await person("author");
  const kept = await ended("idle", me.token);
  const gone = await ended("idle", me.token);
  await db().workspace.update({
    where: { id: gone.workspace.id },
    data: { expiresAt: new Date(0) },
  });
  const again = String((await resume(kept.id, me.token)).body.id);
  const list = async (query: string) =>
    (await api<{ id: string }[]>("GET", `/api/sessions${query}`, { token: me.token })).body.map(
      ({ id }) => id,
    );
  expect(await list("?open=true")).toEqual([again]);
  expect(await list("")).toEqual([again, gone.id, kept.id]);
  const { versionId } = await db().session.findUniqueOrThrow({ where: { id: kept.id } });
  expect(await list(`?open=true&version=${versionId}`)).toEqual([again]);
  expect(await list("?open=true&version=another")).toEqual([]);
});

test("a ready session says when it ends and from when to warn, and ends then", async () => {
  const now = Date.now();
  const idle = await started();
  const used = await started();
  // Of 60 s without activity, 59 are over; of 120 s at most, 119.
  const readyAt = new Date(now - 119_000);
  await put(idle.id, "ready", {
    readyAt,
    lastActivityAt: new Date(now - 59_000),
    expiresAt: new Date(now + 60_000),
  });
  await put(used.id, "ready", {
    readyAt,
    lastActivityAt: new Date(now),
    expiresAt: new Date(now + 1_500),
  });
  const read = async (id: string) =>
    (await api("GET", `/api/sessions/${id}`, { token: author.token })).body;
  expect(await read(idle.id)).toMatchObject({
    endsAt: new Date(now + 1_000).toISOString(),
    endsBecause: "idle",
    warnFrom: new Date(now + 1_000 - 20_000).toISOString(),
    canExtend: true,
  });
  expect(await read(used.id)).toMatchObject({
    endsAt: new Date(now + 1_500).toISOString(),
    endsBecause: "expired",
    warnFrom: new Date(now + 1_500 - 40_000).toISOString(),
    canExtend: true,
  });
  const stop = new AbortController();
  const watching = watchEnds(stop.signal);
  const [byIdle, byLimit] = await Promise.all([stopping(idle.id), stopping(used.id)]);
  stop.abort();
  await watching;
  expect([byIdle.reason, byLimit.reason]).toEqual(["idle", "expired"]);
  for (const late of [byIdle.at - now - 1_000, byLimit.at - now - 1_500]) {
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(1_500);
  }
});

async function stopping(id: string) {
  for await (const _ of changes(`session:${id}`, AbortSignal.timeout(20_000))) {
    const { state, endReason } = await db().session.findUniqueOrThrow({ where: { id } });
    if (state === "stopping") return { at: Date.now(), reason: endReason };
  }
  throw new Error("it did not end");
}

test("what a visitor began is theirs after they sign up, wherever they sign in", async () => {
  const headers = { origin: config().url, "sec-fetch-site": "same-origin" };
  const began = await api("POST", "/api/sessions", { json: { doi }, headers });
  const cookie = (began.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  const id = String(began.body.id);
  const expiresAt = new Date(Date.now() + day);
  const { workspaceId } = await db().session.findUniqueOrThrow({ where: { id } });
  await db().workspace.update({ where: { id: workspaceId }, data: { expiresAt } });
  const { POST } = await import("#app/api/auth/[...all]/route.ts");
  const answer = await POST(
    new Request(new URL("/api/auth/sign-up/email", config().url), {
      method: "POST",
      headers: { ...headers, cookie, "content-type": "application/json" },
      body: JSON.stringify({ name: "V", email: "v@example.org", password: "correct horse" }),
    }),
  );
  expect(answer.status, await answer.clone().text()).toBe(200);
  const login = answer.headers.getSetCookie().map((line) => line.split(";")[0]);
  const elsewhere = { cookie: login.join("; ") };
  const mine = await api<{ id: string }[]>("GET", "/api/sessions", elsewhere);
  expect(mine.body.map((one) => one.id)).toEqual([id]);
  const workspace = await db().workspace.findUniqueOrThrow({ where: { id: workspaceId } });
  expect(workspace.ownerId).not.toBeNull();
  // 14 days instead of one.
  expect(workspace.expiresAt?.getTime()).toBe(expiresAt.getTime() + 13 * day);
  // The browser without its login is a stranger to it again.
  expect((await api("GET", `/api/sessions/${id}`, { cookie })).status).toBe(404);
});
