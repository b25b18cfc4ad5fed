import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LaunchEvent } from "#test/support/binder.ts";
import { testDatabase } from "#test/support/database.ts";
import { createPaper, publishPaper } from "#test/support/publishing.ts";

await testDatabase();
process.env.COLOPHON_LAUNCHES_PER_HOUR = "20";
const { GET, OPTIONS } = await import("#app/build/[...spec]/route.ts");
const { collectSources, launch, makeBuildToken, sourceVersion } = await import(
  "#lib/binder/index.ts"
);
const { anonymousViewer } = await import("#lib/accounts/index.ts");
const { withdrawVersion } = await import("#lib/archive/index.ts");
const { config } = await import("#lib/config.ts");
const { db } = await import("#lib/db/index.ts");
const { docker } = await import("#lib/docker.ts");
const { publishEvent } = await import("#lib/events/index.ts");
const { addBan } = await import("#lib/limits/index.ts");
const { person } = await import("#test/support/people.ts");

const author = await person("author");
const administrator = await person("administrator");
let doi: string;
let withdrawn: string;
let versionId: string;

async function published(title: string) {
  const { id } = await createPaper(author.viewer, title);
  const version = (await publishPaper(id, author.viewer)).versions[0];
  return { id, doi: version?.doi ?? "", versionId: version?.id ?? "" };
}

beforeAll(async () => {
  const paper = await published("Runs");
  ({ doi, versionId } = paper);
  const gone = await published("Gone");
  await withdrawVersion(gone.id, 1, "A mistake in the data.", author.viewer);
  withdrawn = gone.doi;
  // Any image that the engine has: nothing is started here.
  const [image] = await docker().listImages();
  const { environmentKey } = await db().version.findUniqueOrThrow({ where: { id: versionId } });
  await db().environment.update({
    where: { key: environmentKey ?? "" },
    data: { imageId: image?.Id ?? "" },
  });
});
afterAll(() => {
  delete process.env.COLOPHON_LAUNCHES_PER_HOUR;
});

let hosts = 0;
function ask(path: string, headers: Record<string, string> = {}, signal?: AbortSignal) {
  hosts += 1;
  return GET(
    new Request(new URL(`/build/${path}`, config().url), {
      headers: {
        accept: "text/event-stream",
        "x-forwarded-for": `198.51.100.${hosts}`,
        ...headers,
      },
      ...(signal ? { signal } : {}),
    }),
  );
}

async function lastEvent(response: Response): Promise<LaunchEvent> {
  const lines = (await response.text()).split("\n").filter((line) => line.startsWith("data: "));
  return JSON.parse((lines.at(-1) ?? "").slice("data: ".length));
}

describe("what cannot be launched is said in an event of a 200 answer", () => {
  test.each([
    ["gh/owner/..%2F..%2Fetc/main", 400],
    ["git/--upload-pack%3Dtouch%20pwned/main", 422],
    ["git/https%3A%2F%2Fexample.org%2Fb/--upload-pack=x", 422],
    ["gh/owner/repo/main%0Ax", 400],
    ["git/http%3A%2F%2F169.254.169.254%2Fr.git/main", 422],
    ["git/git%3A%2F%2F127.0.0.1%3A9%2Fr/main", 422],
    ["nowhere/a/b", 404],
    ["doi/10.5072/0000-0000", 404],
  ])("%s", async (path, status) => {
    const response = await ask(path);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const event = await lastEvent(response);
    expect(event).toMatchObject({ phase: "failed", status_code: status });
    expect(event.message).toMatch(/\S\n$/);
    expect(event.message).not.toMatch(/\/tmp|node_modules| at /);
  });

  test("a withdrawn paper says why it was withdrawn", async () => {
    const event = await lastEvent(await ask(`doi/${withdrawn}`));
    expect(event).toMatchObject({ phase: "failed", status_code: 410 });
    expect(event.message).toContain("A mistake in the data.");
  });
});

describe("who asks", () => {
  test("must take events; a page that is opened launches nothing", async () => {
    const page = await ask(`doi/${doi}`, { accept: "text/html,application/xhtml+xml,*/*;q=0.8" });
    expect(page.status).toBe(406);
    expect(page.headers.get("access-control-allow-origin")).toBe("*");
    expect((await ask("nowhere/x", { accept: "*/*" })).status).toBe(200);
  });

  test("may come from another origin, with the headers that clients send", async () => {
    const answer = OPTIONS(new Request(`${config().url}/build/gh/a/b/c`, { method: "OPTIONS" }));
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(answer.headers.get("access-control-allow-headers")).toContain("cache-control");
    expect(answer.headers.has("access-control-allow-credentials")).toBe(false);
  });

  test("is counted by address, and told how many launches are left", async () => {
    const from = { "x-forwarded-for": "203.0.113.7" };
    const first = await ask("nowhere/x", from);
    expect(first.headers.get("x-ratelimit-limit")).toBe("20");
    expect(first.headers.get("x-ratelimit-remaining")).toBe("19");
    const path = "doi/10.5072/0000-0000";
    const counted = await ask(path, from);
    expect(counted.headers.get("x-ratelimit-remaining")).toBe("18");
    for (let launched = 2; launched < 20; launched += 1) await ask(path, from);
    const refused = await ask(path, from);
    expect(refused.headers.get("x-ratelimit-remaining")).toBe("0");
    expect(refused.headers.has("retry-after")).toBe(true);
    expect(await lastEvent(refused)).toMatchObject({ phase: "failed", status_code: 429 });
    const withToken = await ask(path, { ...from, authorization: `Bearer ${author.token}` });
    expect(await lastEvent(withToken)).toMatchObject({ status_code: 404 });
  });

  test("may be banned, however the address is spelled", async () => {
    await addBan(administrator.viewer, {
      kind: "repository",
      value: "gh/banned/*",
      reason: "mining",
    });
    for (const path of ["gh/banned/repo/main", "gh/b%61nned/repo/main"]) {
      const event = await lastEvent(await ask(path));
      expect(event).toMatchObject({ phase: "failed", status_code: 403 });
      expect(event.message).toContain("mining");
    }
  });

  test("with a build token must have it for this very repository", async () => {
    const path = "doi/10.5072/0000-0000";
    const good = await makeBuildToken(path, config().url);
    expect(await lastEvent(await ask(`${path}?build_token=${good}`))).toMatchObject({
      status_code: 404,
    });
    const other = await makeBuildToken("gh/a/b/c", config().url);
    const forged = `${good.slice(0, -4)}AAAA`;
    for (const token of [other, forged, "x"]) {
      expect(await lastEvent(await ask(`${path}?build_token=${token}`))).toMatchObject({
        status_code: 403,
      });
    }
    const foreign = await ask(`${path}?build_token=${good}`, { origin: "https://evil.example" });
    expect(await lastEvent(foreign)).toMatchObject({ status_code: 403 });
  });
});

describe("a launch", () => {
  const begin = (signal: AbortSignal, holdMs: number) =>
    launch({ rawPath: `doi/${doi}`, viewer: anonymousViewer, clientAddress: null, holdMs }, signal);

  test("whose listener goes before the server is ready is ended", async () => {
    const gone = new AbortController();
    let sessionId = "";
    for await (const event of begin(gone.signal, 0)) {
      sessionId = event.session_id ?? sessionId;
      if (event.session_id) gone.abort();
    }
    const session = await db().session.findUniqueOrThrow({ where: { id: sessionId } });
    expect(session).toMatchObject({ state: "ended", userId: null, visitorId: null });
  });

  test("is refused where it begins, for who was banned while it was made ready", async () => {
    const events = launch(
      {
        rawPath: `doi/${doi}`,
        viewer: anonymousViewer,
        clientAddress: "203.0.113.40",
        holdMs: 0,
      },
      new AbortController().signal,
    );
    expect((await events.next()).value).toMatchObject({ phase: "built" });
    const ban = { kind: "address" as const, value: "203.0.113.40", reason: "Mined coins." };
    await addBan(administrator.viewer, ban);
    const before = await db().session.count();
    expect((await events.next()).value).toMatchObject({ phase: "launching" });
    await expect(events.next()).rejects.toMatchObject({ code: "banned", status: 403 });
    expect(await db().session.count()).toBe(before);
  });

  test.each([
    ["goes", 60_000, 0],
    ["stays", 300, 290],
  ])(
    "that is ready lives on when its listener %s; its stream is held open",
    async (_, ms, least) => {
      await db().session.updateMany({ data: { state: "ended" } });
      const gone = new AbortController();
      const events = begin(gone.signal, ms);
      let sessionId = "";
      let ready: LaunchEvent | undefined;
      while (!ready) {
        const { value, done } = await events.next();
        if (done) throw new Error("it ended too early");
        if (value.phase === "ready") ready = value;
        if (value.session_id && !sessionId) {
          sessionId = value.session_id;
          await db().session.update({
            where: { id: sessionId },
            data: { state: "ready", readyAt: new Date() },
          });
          await publishEvent(`session:${sessionId}`, {});
        }
      }
      expect(ready).toMatchObject({
        url: `${config().gatewayUrl}/s/${sessionId}/`,
        binder_request: `v2/doi/${doi}`,
        binder_persistent_request: `v2/doi/${doi}`,
      });
      const since = performance.now();
      if (least === 0) gone.abort();
      expect((await events.next()).done).toBe(true);
      expect(performance.now() - since).toBeGreaterThanOrEqual(least);
      expect(performance.now() - since).toBeLessThan(30_000);
      const sessions = await db().session.findMany({ where: { versionId, state: "ready" } });
      expect(sessions.map(({ id }) => id)).toEqual([sessionId]);
      expect(sessions[0]?.environmentVariables).toMatchObject({
        BINDER_REQUEST: `v2/doi/${doi}`,
        BINDER_LAUNCH_HOST: `${config().url}/`,
      });
    },
  );
});

test("a repository that nobody launches any more is forgotten, one that is kept for somebody not", async () => {
  const spec = { provider: "gh", spec: "a/b/main", repository: "a/b", ref: "main" } as const;
  const resolved = (commit: string) => ({
    resolved: commit,
    source: { type: "github" as const, url: "a/b", ref: commit },
    title: "b",
    repoUrl: "",
    refUrl: "",
    persistentSpec: "",
  });
  const old = await sourceVersion(spec, resolved("1".repeat(40)));
  const kept = await sourceVersion(spec, resolved("2".repeat(40)));
  const fresh = await sourceVersion(spec, resolved("3".repeat(40)));
  const long = new Date(Date.now() - 31 * 24 * 3600 * 1000);
  await db().binderSource.updateMany({
    where: { versionId: { in: [old.versionId, kept.versionId] } },
    data: { lastUsedAt: long },
  });
  await db().workspace.create({
    data: { versionId: kept.versionId, expiresAt: new Date(Date.now() + 3_600_000) },
  });
  expect(await collectSources()).toBe(1);
  const left = await db().publication.findMany({
    where: { id: { in: [old, kept, fresh].map(({ publicationId }) => publicationId) } },
    select: { id: true },
  });
  expect(left.map(({ id }) => id).sort()).toEqual([kept.publicationId, fresh.publicationId].sort());
});
