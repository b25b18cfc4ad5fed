import { Readable } from "node:stream";
import { pack } from "tar-stream";
import { beforeAll, describe, expect, test } from "vitest";
import { testDatabase } from "#test/support/database.ts";
import { readEvents } from "../../bin/cli/read-events.ts";

await testDatabase();
const { api, respond } = await import("#test/support/api.ts");
const { person } = await import("#test/support/people.ts");
const { createFromArchive, getPublication, publishDraft, runPublish } = await import(
  "#lib/archive/index.ts"
);
const { config } = await import("#lib/config.ts");
const { db } = await import("#lib/db/index.ts");
const { publishEvent } = await import("#lib/events/index.ts");
const { SessionAnswer, BuildAnswer } = await import("#app/api/answers.ts");

const author = await person("author");
let doi: string;
let environmentKey: string;

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
  await runPublish(
    { versionId: asked.draft?.id ?? "" },
    { signal: new AbortController().signal, lastTry: true },
  );
  const version = (await getPublication(id, author.viewer)).versions[0];
  doi = version?.doi ?? "";
  environmentKey = version?.environment.key ?? "";
});

const browser = { origin: config().url, "sec-fetch-site": "same-origin" };

// No worker runs here: sessions stay queued, which is all that the API's own part needs.
describe("a session", () => {
  test("of a program without credentials belongs to whoever knows its id", async () => {
    const started = await api("POST", "/api/sessions", { json: { doi, path: "data.csv" } });
    expect(started.status, started.text).toBe(201);
    const session = SessionAnswer.parse(started.body);
    expect(session).toMatchObject({
      state: "queued",
      eventsUrl: `/api/sessions/${session.id}/events`,
    });
    expect(session.id).toMatch(/^[0-9a-z]{26}$/);
    expect(started.headers.has("set-cookie")).toBe(false);
    expect(session.token).toBeUndefined();
    const read = await api("GET", `/api/sessions/${session.id}`);
    expect(read.body).toMatchObject({ id: session.id, path: "data.csv" });
    const ended = await api("DELETE", `/api/sessions/${session.id}`);
    expect(ended.status, ended.text).toBe(200);
    expect(ended.body).toMatchObject({ state: "ended" });
  });

  test("of a reader in a browser belongs to that browser, by a cookie", async () => {
    const started = await api("POST", "/api/sessions", { json: { doi }, headers: browser });
    expect(started.status, started.text).toBe(201);
    const setCookie = started.headers.get("set-cookie") ?? "";
    expect(setCookie).toMatch(/^colophon_visitor=[\w-]{32}; .*HttpOnly; SameSite=Lax/);
    const cookie = setCookie.split(";")[0] ?? "";
    const path = `/api/sessions/${String(started.body.id)}`;
    expect((await api("GET", path, { cookie })).status).toBe(200);
    const stranger = await api("GET", path);
    const nothing = await api("GET", "/api/sessions/00000000000000000000000000");
    expect([stranger.status, stranger.body.detail]).toEqual([404, nothing.body.detail]);
    expect((await api("GET", path, { token: author.token })).status).toBe(404);
    const mine = await api<{ id: string }[]>("GET", "/api/sessions", { cookie });
    expect(mine.body.map((one) => one.id)).toEqual([started.body.id]);
    const again = await api("POST", "/api/sessions", { json: { doi }, headers: browser, cookie });
    expect(again.headers.has("set-cookie")).toBe(false);
    const evil = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
    const foreign = await api("DELETE", path, { cookie, headers: evil });
    expect(foreign.body).toMatchObject({ code: "cross_site" });
    const saved = await api("POST", `${path}/save`, { cookie, headers: browser });
    expect(saved.body).toMatchObject({ code: "sign_in_required" });
  });

  test("tells what happens to it, first what is, and ends its stream when it ends", async () => {
    const { body } = await api("POST", "/api/sessions", { json: { doi } });
    const id = String(body.id);
    const response = await respond("GET", `/api/sessions/${id}/events`);
    const states: string[] = [];
    for await (const event of readEvents(response, new AbortController().signal)) {
      states.push(JSON.parse(event.data).state);
      if (states.length === 1) await api("DELETE", `/api/sessions/${id}`);
    }
    expect(states[0]).toBe("queued");
    expect(states.at(-1)).toBe("ended");
    const absent = await api("GET", "/api/sessions/00000000000000000000000000/events");
    expect([absent.status, absent.body.code]).toEqual([404, "not_found"]);
  });

  test.each([
    [{}],
    [{ doi: "10.5072/x", fork: "y" }],
    [{ doi: 7 }],
    [{ doi: "10.5072/x", parameters: "a" }],
    [{ doi: "10.5072/x", path: "a".repeat(2_000) }],
  ])("is not started from %o", async (json) => {
    const answer = await api("POST", "/api/sessions", { json });
    expect([answer.status, answer.body.code]).toEqual([400, "request_invalid"]);
  });

  test.each([{ doi: "10.5072/0000-0000" }, { doi: "nonsense" }, { fork: "nobodys" }])(
    "of %o does not exist",
    async (json) => {
      const answer = await api("POST", "/api/sessions", { json });
      expect([400, 404]).toContain(answer.status);
    },
  );
});

describe("a build", () => {
  test("streams its state and its log, from where the client left off, and its log is plain text", async () => {
    const build = await db().build.create({
      data: { environmentKey, state: "building", phase: "Installing" },
    });
    const write = (seq: number) =>
      db().buildLogLine.create({ data: { buildId: build.id, seq, text: `line ${seq}\n` } });
    await write(0);
    await write(1);
    const response = await respond("GET", `/api/builds/${build.id}/events`, {
      headers: { "last-event-id": "0" },
    });
    const seen: string[] = [];
    for await (const { event, data, id } of readEvents(response, new AbortController().signal)) {
      const value = JSON.parse(data);
      seen.push(event === "log" ? `${id} ${value.text.trim()}` : BuildAnswer.parse(value).state);
      if (seen.length === 2) {
        await write(2);
        await db().build.update({ where: { id: build.id }, data: { state: "failed" } });
        await publishEvent(`build:${build.id}`, {});
      }
    }
    expect(seen).toEqual(["building", "1 line 1", "2 line 2", "failed"]);
    const log = await api("GET", `/api/builds/${build.id}/log`);
    expect(log.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(log.text).toBe("line 0\nline 1\nline 2\n");
    const cancelled = await api("DELETE", `/api/builds/${build.id}`, { token: author.token });
    expect([cancelled.status, cancelled.body.code]).toEqual([409, "illegal_transition"]);
    expect((await api("DELETE", `/api/builds/${build.id}`)).status).toBe(401);
    for (const path of ["", "/log", "/events"]) {
      expect((await api("GET", `/api/builds/none${path}`)).status).toBe(404);
    }
  });
});
