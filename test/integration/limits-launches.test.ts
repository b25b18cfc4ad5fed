import { beforeEach, describe, expect, test } from "vitest";
import { testDatabase } from "#test/support/database.ts";

process.env.COLOPHON_LAUNCHES_PER_HOUR = "20";
await testDatabase();
const { api } = await import("#test/support/api.ts");
const { person } = await import("#test/support/people.ts");
const { config } = await import("#lib/config.ts");
const { db } = await import("#lib/db/index.ts");
const { addBan, assertAllowed, countLaunch, forgetOldLaunches, liftBan, listBans } = await import(
  "#lib/limits/index.ts"
);

const administrator = await person("administrator");
const author = await person("author");

// A sequence counts what the database is really asked to write.
await db().$executeRaw`CREATE SEQUENCE launch_writes`;
await db().$executeRaw`CREATE FUNCTION count_write() RETURNS trigger LANGUAGE plpgsql
  AS 'BEGIN PERFORM nextval(''launch_writes''); RETURN NULL; END'`;
await db().$executeRaw`CREATE TRIGGER counted AFTER INSERT OR UPDATE ON "LaunchCount"
  FOR EACH ROW EXECUTE FUNCTION count_write()`;

async function writes(): Promise<number> {
  const [row] = await db().$queryRaw<{ count: number }[]>`
    SELECT (CASE WHEN is_called THEN last_value ELSE 0 END)::int AS count FROM launch_writes`;
  return row?.count ?? Number.NaN;
}

const ask = (address: string, more: { token?: string } = {}) =>
  api("POST", "/api/sessions", {
    json: { doi: "10.5072/nothing" },
    headers: { "x-forwarded-for": address },
    ...more,
  });

describe("launches of one address", () => {
  test("are told with every answer, and refused beyond an hour's worth", async () => {
    const first = await ask("192.0.2.1");
    expect(first.status).toBe(404);
    for (let n = 2; n <= 20; n += 1) await ask("192.0.2.1");
    const refused = await ask("192.0.2.1");
    expect(refused.status).toBe(429);
    expect(refused.body).toMatchObject({ code: "too_many_launches", status: 429 });
    expect(refused.body).not.toHaveProperty("headers");
    expect(refused.headers.get("x-ratelimit-limit")).toBe("20");
    expect(refused.headers.get("x-ratelimit-remaining")).toBe("0");
    const wait = Number(refused.headers.get("retry-after"));
    expect(wait).toBeGreaterThan(3_500);
    expect(wait).toBeLessThanOrEqual(3_600);
    const reset = Number(refused.headers.get("x-ratelimit-reset"));
    expect(Math.abs(reset - Date.now() / 1000 - 3_600)).toBeLessThan(60);
    expect((await ask("192.0.2.2")).status, "others are let through").toBe(404);
    expect((await ask("192.0.2.1", { token: author.token })).status, "a token is free").toBe(404);
  });

  test("are counted together for a whole IPv6 network of 64 bits", async () => {
    for (let n = 1; n <= 20; n += 1) await countLaunch(`2001:db8:7:7::${n}`);
    expect(await countLaunch("2001:db8:7:7:ffff::1")).toMatchObject({ allowed: false });
    expect(await countLaunch("2001:db8:7:8::1")).toMatchObject({ allowed: true, remaining: 19 });
  });

  test("start anew when the hour is over, and old counts are forgotten", async () => {
    await countLaunch("198.51.100.1");
    await countLaunch("198.51.100.1");
    await db()
      .$executeRaw`UPDATE "LaunchCount" SET "windowEnds" = timezone('utc', now()) - interval '1 second'
      WHERE address = '198.51.100.1'`;
    expect((await countLaunch("198.51.100.1")).remaining).toBe(19);
    await db()
      .$executeRaw`UPDATE "LaunchCount" SET "windowEnds" = timezone('utc', now()) - interval '1 second'
      WHERE address = '198.51.100.1'`;
    expect(await forgetOldLaunches()).toBe(1);
  });

  test("are exact when they come at once from several processes", async () => {
    await db()
      .$executeRaw`INSERT INTO "LaunchCount" VALUES ('198.51.100.9', 15, timezone('utc', now()) + interval '1 hour')`;
    const counts = await Promise.all(Array.from({ length: 12 }, () => countLaunch("198.51.100.9")));
    expect(counts.filter(({ allowed }) => allowed)).toHaveLength(5);
  });

  test("ten thousand of them cost a handful of writes, and nobody else waits", async () => {
    const before = await writes();
    const flood = Promise.all(Array.from({ length: 10_000 }, () => ask("203.0.113.66")));
    const started = performance.now();
    expect((await countLaunch("203.0.113.67")).allowed).toBe(true);
    const otherMs = performance.now() - started;
    const answers = await flood;
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 404)).toHaveLength(20);
    expect(statuses.filter((status) => status === 429)).toHaveLength(9_980);
    expect((await writes()) - before).toBeLessThan(10);
    expect(otherMs).toBeLessThan(5_000);
    const again = await writes();
    await ask("203.0.113.66");
    expect(await writes(), "who is over the limit costs nothing").toBe(again);
  });
});

test("ten thousand requests to /build from one address are answered in plain words, and others go on", async () => {
  const { GET } = await import("#app/build/[...spec]/route.ts");
  const build = (address: string) =>
    GET(
      new Request(new URL("/build/doi/10.5072/nothing", config().url), {
        headers: { accept: "text/event-stream", "x-forwarded-for": address },
      }),
    );
  const before = await writes();
  const memory = process.memoryUsage().heapUsed;
  const flood = Promise.all(
    Array.from({ length: 10_000 }, async () => {
      const answer = await build("203.0.113.77");
      return { text: await answer.text(), remaining: answer.headers.get("x-ratelimit-remaining") };
    }),
  );
  expect((await countLaunch("203.0.113.78")).allowed).toBe(true);
  const answers = await flood;
  const refused = answers.filter(({ text }) => text.includes("launches within an hour"));
  expect(refused).toHaveLength(9_980);
  expect(refused[0]?.text).toMatch(/^data: \{"phase":"failed".*"status_code":429/m);
  expect(refused[0]?.remaining).toBe("0");
  expect((await writes()) - before).toBeLessThan(10);
  expect(process.memoryUsage().heapUsed - memory).toBeLessThan(200 * 1024 ** 2);
});

test("a flood of nonsense is a flood: what is no address, and made-up tokens, are counted too", async () => {
  const { GET } = await import("#app/build/[...spec]/route.ts");
  const shapes = ["nowhere/x", "gh/owner", "gh/a/..%2Fb/main", "doi/10.5072/x?build_token=made-up"];
  const build = async (address: string, at: number) => {
    const bearer: Record<string, string> = at % 5 === 4 ? { authorization: "Bearer made-up" } : {};
    const answer = await GET(
      new Request(new URL(`/build/${shapes[at % 5] ?? "doi/10.5072/x"}`, config().url), {
        headers: { accept: "text/event-stream", "x-forwarded-for": address, ...bearer },
      }),
    );
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
    const text = await answer.text();
    const left = Number(answer.headers.get("x-ratelimit-remaining"));
    return { left, status: Number(/"status_code":(\d+)/.exec(text)?.[1]), text };
  };
  const before = await writes();
  const flood = Array.from({ length: 1_000 }, (_, at) => build("203.0.113.88", at));
  const answers = await Promise.all(flood);
  const statuses = Map.groupBy(answers, ({ status }) => status);
  expect(statuses.get(429)).toHaveLength(980);
  expect(Math.min(...answers.map(({ left }) => left))).toBe(0);
  expect((await writes()) - before).toBeLessThan(10);
  const others = await Promise.all([0, 1, 2, 3, 4].map((at) => build("203.0.113.89", at)));
  expect(others.map(({ status }) => status)).toEqual([404, 400, 400, 403, 401]);
  expect(others.map(({ left }) => left).sort((a, b) => b - a)).toEqual([19, 18, 17, 16, 15]);
  for (const { text } of others) expect(text).toMatch(/^data: \{"phase":"failed"/m);
});

describe("a ban", () => {
  const visitor = { userId: null, clientAddress: "192.0.2.200" };
  const refusal = { code: "banned", status: 403 };
  beforeEach(async () => {
    for (const { id } of await listBans(administrator.viewer)) {
      await liftBan(administrator.viewer, id);
    }
  });

  test("of a network, a person or a pattern of repositories refuses launches with its reason", async () => {
    const reason = "Mined coins.";
    const add = (kind: "address" | "user" | "repository", value: string) =>
      addBan(administrator.viewer, { kind, value, reason });
    await assertAllowed(visitor);
    await add("address", "192.0.2.0/24");
    await expect(assertAllowed(visitor)).rejects.toMatchObject(refusal);
    await assertAllowed({ ...visitor, clientAddress: "192.0.3.1" });
    await assertAllowed({ ...visitor, clientAddress: null });
    await add("user", author.viewer.userId);
    const person = { clientAddress: null, userId: author.viewer.userId };
    await expect(assertAllowed(person)).rejects.toThrow(reason);
    await add("repository", "gh/miner/*");
    const repository = { ...visitor, clientAddress: "192.0.3.1", repository: "gh/miner/rig/HEAD" };
    await expect(assertAllowed(repository)).rejects.toThrow(reason);
    await assertAllowed({ ...repository, repository: "gh/minerva/rig/HEAD" });
    const names = ["gh/minerva/rig", "gh/miner/rig/HEAD"];
    await expect(assertAllowed({ ...repository, repository: names })).rejects.toThrow(reason);
  });

  test("ends when it is lifted or its time is up, in every process at once", async () => {
    const ban = { kind: "address" as const, value: "192.0.2.200", reason: "Scans ports." };
    const { id } = await addBan(administrator.viewer, ban);
    await expect(assertAllowed(visitor)).rejects.toMatchObject(refusal);
    await liftBan(administrator.viewer, id);
    await assertAllowed(visitor);
    await addBan(administrator.viewer, { ...ban, expiresAt: new Date(Date.now() - 1) });
    await assertAllowed(visitor);
    // Another process writes and tells.
    await db().ban.updateMany({ data: { expiresAt: null } });
    const { publishEvent } = await import("#lib/events/index.ts");
    await publishEvent("limits:bans", null);
    await expect
      .poll(() =>
        assertAllowed(visitor).then(
          () => "allowed",
          () => "refused",
        ),
      )
      .toBe("refused");
  });

  test("is made by administrators only, and of something that there is", async () => {
    const ban = { kind: "address" as const, value: "192.0.2.1", reason: "x" };
    await expect(addBan(author.viewer, ban)).rejects.toMatchObject({ code: "role_required" });
    await expect(listBans(author.viewer)).rejects.toMatchObject({ code: "role_required" });
    const wrong = [
      { ...ban, value: "not an address" },
      { ...ban, kind: "repository" as const, value: "*" },
      { ...ban, kind: "user" as const, value: administrator.viewer.userId },
    ];
    for (const each of wrong) {
      await expect(addBan(administrator.viewer, each)).rejects.toMatchObject({ code: "bad_ban" });
    }
    await expect(
      addBan(administrator.viewer, { ...ban, kind: "user", value: "nobody" }),
    ).rejects.toMatchObject({ code: "not_found" });
  });
});
