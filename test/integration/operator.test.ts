import { beforeEach, expect, test } from "vitest";
import { testDatabase } from "#test/support/database.ts";

await testDatabase();
const { api, respond } = await import("#test/support/api.ts");
const { person } = await import("#test/support/people.ts");
const { insertSession } = await import("#test/support/sessions-rows.ts");
const { readExposition } = await import("#test/support/exposition.ts");
const answers = await import("#app/api/admin/answers.ts");
const { addresses, methods } = await import("#app/api/addresses.ts");
const { collectImages } = await import("#lib/environments/index.ts");
const { db } = await import("#lib/db/index.ts");
const { enqueue, queue } = await import("#lib/jobs/index.ts");

const { token } = await person("administrator");
const author = await person("author");
const address = { kind: "unix" as const, path: "/nowhere" };

beforeEach(async () => {
  await db().session.deleteMany();
  await db().slot.deleteMany();
  await db().ban.deleteMany();
});

async function environment(key: string, lastUsedAt: string | null = null) {
  const hex = Buffer.from(key).toString("hex").padEnd(64, "0");
  await db().environment.upsert({
    where: { key },
    create: {
      key,
      spec: { summary: { language: "python", languageVersion: "3.11", declaredBy: [] } },
      imageId: `sha256:${hex}`,
      imageSize: 1_000,
      lastUsedAt: lastUsedAt === null ? null : new Date(lastUsedAt),
    },
    update: {},
  });
  return `sha256:${hex}`;
}

test("nothing of the operator's is for others", async () => {
  let tried = 0;
  for (const [path, handlers] of Object.entries(addresses)) {
    if (!path.startsWith("/api/admin/")) continue;
    for (const method of methods) {
      if (!handlers[method]?.declaration) continue;
      const filled = path.replace(/\{\w+\}/g, "x");
      const ask = (credentials: object) =>
        api(method as "GET", filled, { json: {}, ...credentials });
      const [stranger, member] = await Promise.all(
        method === "GET"
          ? [api("GET", filled), api("GET", filled, { token: author.token })]
          : [ask({}), ask({ token: author.token })],
      );
      expect([stranger.status, member.status], `${method} ${path}`).toEqual([401, 403]);
      tried += 1;
    }
  }
  expect(tried).toBeGreaterThanOrEqual(14);
});

test("the figures are those of the record, and /metrics tells the same", async () => {
  await environment("pool");
  await insertSession(address);
  await insertSession(address, "queued");
  await insertSession(address, "ended");
  await db().slot.create({
    data: {
      id: "slot",
      state: "ready",
      environmentKey: "pool",
      imageId: "i",
      token: "t",
      expiresAt: new Date(),
    },
  });
  const figures = answers.FiguresAnswer.parse(
    (await api("GET", "/api/admin/overview", { token })).body,
  );
  expect(figures.sessions).toMatchObject({ ready: 1, queued: 1, starting: 0, stopping: 0 });
  expect(figures.waitForImage).toBe(1);
  expect(figures.launches).toEqual({ warm: 0, cold: 3, failed: 0 });
  expect(figures.slots).toEqual({ starting: 0, ready: 1 });
  expect(figures.disk.totalBytes).toBeGreaterThan(figures.disk.freeBytes);

  expect((await api("GET", "/metrics")).status).toBe(404);
  expect((await api("GET", "/metrics", { token: author.token })).status).toBe(404);
  const metrics = await api("GET", "/metrics", { headers: { "x-colophon-peer": "127.0.0.1" } });
  expect(metrics.status, metrics.text).toBe(200);
  expect(metrics.headers.get("content-type")).toContain("text/plain; version=0.0.4");
  const samples = readExposition(metrics.text);
  const value = (name: string, labels: Record<string, string> = {}) =>
    samples.find(
      (each) => each.name === name && JSON.stringify(each.labels) === JSON.stringify(labels),
    )?.value;
  expect(value("colophon_sessions", { state: "ready" })).toBe(1);
  expect(value("colophon_queue_waiting", { for: "image" })).toBe(1);
  expect(value("colophon_pool_slots", { state: "ready" })).toBe(1);
  expect(value("colophon_images")).toBe(figures.images.count);
  expect(value("colophon_disk_bytes")).toBe(figures.disk.totalBytes);
  expect((await api("GET", "/metrics", { token })).status).toBe(200);
});

test("live sessions are listed without their token, and can be ended", async () => {
  const { id, token: secret } = await insertSession(address);
  await db().session.update({
    where: { id },
    data: { userId: author.viewer.userId, clientAddress: "192.0.2.1" },
  });
  const listed = await api("GET", "/api/admin/sessions", { token });
  expect(listed.text).not.toContain(secret);
  const [session] = answers.LiveSessionAnswer.array().parse(listed.body);
  expect(session).toMatchObject({
    id,
    state: "ready",
    clientAddress: "192.0.2.1",
    owner: { id: author.viewer.userId },
    memoryBytes: null,
  });
  expect((await api("DELETE", `/api/admin/sessions/${id}`, { token })).status).toBe(202);
  const row = await db().session.findUniqueOrThrow({ where: { id } });
  expect([row.state, row.endReason]).toEqual(["stopping", "operator"]);
  expect((await api("DELETE", "/api/admin/sessions/nothing", { token })).status).toBe(404);
});

test("a ban ends what runs when that is asked for, and nothing of others", async () => {
  const [miner, other] = [await insertSession(address), await insertSession(address)];
  await db().session.update({ where: { id: miner.id }, data: { clientAddress: "192.0.2.9" } });
  await db().session.update({ where: { id: other.id }, data: { clientAddress: "192.0.3.9" } });
  const ban = { kind: "address", value: "192.0.2.0/24", reason: "Mined coins." };
  const kept = await api("POST", "/api/admin/bans", { token, json: ban });
  expect([kept.status, kept.body.endedSessions]).toEqual([201, 0]);
  const made = await api("POST", "/api/admin/bans", { token, json: { ...ban, endSessions: true } });
  expect(made.body).toMatchObject({ id: kept.body.id, endedSessions: 1 });
  const states = await db().session.findMany({ select: { id: true, state: true } });
  expect(new Map(states.map((each) => [each.id, each.state]))).toEqual(
    new Map([
      [miner.id, "stopping"],
      [other.id, "ready"],
    ]),
  );
  const bans = answers.BanAnswer.array().parse(
    (await api("GET", "/api/admin/bans", { token })).body,
  );
  expect(bans).toHaveLength(1);
  expect((await api("DELETE", `/api/admin/bans/${bans[0]?.id}`, { token })).status).toBe(204);
  expect((await api("GET", "/api/admin/bans", { token })).body).toEqual([]);
});

test("the limit of a publication is set, found and taken back", async () => {
  const { id } = await insertSession(address);
  const { version } = await db().session.findUniqueOrThrow({
    where: { id },
    include: { version: true },
  });
  const path = `/api/admin/publications/${version.publicationId}/limit`;
  expect((await api("PUT", path, { token, json: { sessionLimit: 3 } })).status).toBe(204);
  const read = async (query = "") =>
    answers.LimitedPublicationAnswer.array().parse(
      (await api("GET", `/api/admin/publications${query}`, { token })).body,
    );
  const mine = (await read()).find((each) => each.id === version.publicationId);
  expect(mine).toMatchObject({ sessionLimit: 3, live: 1, waiting: 0 });
  expect(await read(`?q=${mine?.slug}`)).toHaveLength(1);
  expect(await read("?q=no-such-paper")).toEqual([]);
  await api("PUT", path, { token, json: { sessionLimit: null } });
  await db().session.deleteMany();
  expect((await read()).map((each) => each.id)).not.toContain(version.publicationId);
  const absent = "/api/admin/publications/nothing/limit";
  expect((await api("PUT", absent, { token, json: { sessionLimit: 1 } })).status).toBe(404);
});

test("a failed job tells why and can be tried again", async () => {
  const boss = await queue();
  await boss.deleteQueuedJobs("end-session");
  await enqueue("end-session", { sessionId: "somebody", reason: "user" });
  const [job] = await boss.fetch("end-session");
  await db().$executeRaw`UPDATE jobs.job SET retry_limit = 0 WHERE id = ${job?.id}::uuid`;
  await boss.fail("end-session", job?.id ?? "", {
    message: "it was Monday",
    stack: "at secret.ts",
  });
  const read = async () => {
    const listed = await api("GET", "/api/admin/jobs", { token });
    expect(listed.text).not.toContain("secret.ts");
    return answers.JobAnswer.array()
      .parse(listed.body)
      .find(({ id }) => id === job?.id);
  };
  expect(await read()).toMatchObject({
    name: "end-session",
    state: "failed",
    problem: "it was Monday",
    about: { sessionId: "somebody" },
  });
  const path = `/api/admin/jobs/end-session/${job?.id}/retry`;
  expect((await api("POST", path, { token })).status).toBe(202);
  expect(await read()).toMatchObject({ state: "waiting" });
  expect((await api("POST", path, { token })).status, "it is not failed now").toBe(404);
  expect((await api("POST", "/api/admin/jobs/none/1/retry", { token })).status).toBe(404);
});

test("images go least used first, never one that a session or a waiting server runs", async () => {
  await db().environment.deleteMany();
  const ids = {
    oldest: await environment("oldest", "2020-01-01"),
    waiting: await environment("waiting", "2020-01-02"),
    used: await environment("used", "2020-01-03"),
    newer: await environment("newer", "2024-01-01"),
  };
  const { id } = await insertSession(address);
  await db().session.update({ where: { id }, data: { environmentKey: "used" } });
  await db().slot.create({
    data: {
      id: "s",
      environmentKey: "waiting",
      imageId: ids.waiting,
      token: "t",
      expiresAt: new Date(),
    },
  });
  const images = answers.ImageAnswer.array().parse(
    (await api("GET", "/api/admin/images", { token })).body,
  );
  expect(images.map((image) => image.environmentKey)).toEqual([
    "oldest",
    "waiting",
    "used",
    "newer",
  ]);
  expect(images.map(({ sessions, slots }) => [sessions, slots])).toEqual([
    [0, 0],
    [0, 1],
    [1, 0],
    [0, 0],
  ]);
  const removed: string[] = [];
  const store = {
    sizes: async () => new Map(Object.values(ids).map((image) => [image, 1_000])),
    remove: async (image: string) => removed.push(image) > 0,
  };
  expect(await collectImages(3_500, store)).toBe(1_000);
  expect(removed).toEqual([ids.oldest]);
  expect(await collectImages(0, store)).toBe(1_000);
  expect(removed).toEqual([ids.oldest, ids.newer]);
});

test("the figures are followed as they change", async () => {
  const gone = new AbortController();
  const response = await respond("GET", "/api/admin/events", { token, signal: gone.signal });
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  const readUntil = async (wished: RegExp) => {
    while (!wished.test(text)) text += decoder.decode((await reader?.read())?.value);
  };
  await readUntil(/"ready":0/);
  await insertSession(address);
  await readUntil(/"ready":1/);
  gone.abort();
});
