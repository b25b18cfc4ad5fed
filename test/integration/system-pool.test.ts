import { readFile } from "node:fs/promises";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { embeddedDatabaseFile } from "#lib/config.ts";
import { docker } from "#lib/docker.ts";
import { notebook, tarOf } from "#test/support/bundle.ts";
import { Kernel } from "#test/support/jupyter.ts";
import {
  childrenOf,
  mountsBelow,
  type RunningSystem,
  startSystem,
} from "#test/support/running-system.ts";
import { Api } from "#test/support/system-api.ts";

const places = 6;
const slots = 2;

let system: RunningSystem;
let api: Api;
let database: pg.Client;
let doi = "";
/** Every session that was launched here: no two may have the same id or token. */
const launched: { id: string; token: string }[] = [];

beforeAll(async () => {
  system = await startSystem({
    COLOPHON_EXAMPLES: "off",
    COLOPHON_SESSIONS_MAX: String(places),
    COLOPHON_POOL_MIN: String(slots),
    COLOPHON_POOL_MAX: String(slots),
  });
  api = new Api(system, await system.token());
  const file = embeddedDatabaseFile(system.dataDirectory);
  database = new pg.Client({ connectionString: JSON.parse(await readFile(file, "utf8")).url });
  await database.connect();
  await database.query("LISTEN colophon_events");
  ({ doi } = await api.publish(await tarOf({ "a.ipynb": notebook("1") }), "Warm"));
  const { body } = await api.call("POST", "/api/builds", { doi });
  await api.until(`/api/builds/${body.id}`, (build) => build.body.state === "built");
}, 400_000);
afterAll(async () => {
  await database?.end();
  await system?.stop();
});

// What one test leaves behind must not keep the others from their places.
afterEach(async () => {
  const live = `SELECT id FROM "Session" WHERE state NOT IN ('ended', 'failed') ORDER BY state`;
  const left = await rows<{ id: string }>(live);
  await end(left.map(({ id }) => id).toReversed());
}, 120_000);

const rows = async <T>(sql: string, values: unknown[] = []): Promise<T[]> =>
  (await database.query(sql, values)).rows;

/** Waits until that many slots wait whose servers run. */
async function slotsWait(): Promise<string[]> {
  const ready = async () => {
    const found = await rows<{ id: string }>(`SELECT id FROM "Slot" WHERE state = 'ready'`);
    const servers = await docker().listContainers({ filters: { label: ["colophon.session"] } });
    const running = new Set(servers.map(({ Labels }) => Labels["colophon.session"]));
    return found.map(({ id }) => id).filter((id) => running.has(id));
  };
  await expect.poll(ready, { timeout: 240_000, interval: 250 }).toHaveLength(slots);
  return await ready();
}

/** Resolves with the id of the next session that is handed a slot, the moment that this is recorded. */
function nextHandOut(): Promise<string> {
  return new Promise((resolve) => {
    const hear = ({ payload = "{}" }: pg.Notification) => {
      const { topic, data } = JSON.parse(payload);
      if (topic !== "sessions:launched") return;
      database.off("notification", hear);
      resolve(data.sessionId);
    };
    database.on("notification", hear);
  });
}

/** A launch, repeated until somebody answers: a process may be being restarted. */
async function launch(): Promise<string> {
  for (;;) {
    try {
      const { status, body } = await api.call("POST", "/api/sessions", { doi });
      if (status === 201) return body.id;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function stateOf(id: string): Promise<string | undefined> {
  const [row] = await rows<{ state: string }>(`SELECT state FROM "Session" WHERE id = $1`, [id]);
  return row?.state;
}

/** The session becomes ready and runs code in its files. */
async function works(id: string): Promise<void> {
  await expect.poll(() => stateOf(id), { timeout: 180_000, interval: 100 }).toBe("ready");
  await api.until("/health", ({ body }) => body.ok === true);
  const { body } = await api.call("GET", `/api/sessions/${id}`);
  const kernel = await Kernel.start(body.url ?? "", body.token ?? "");
  expect((await kernel.execute("import os; print(os.listdir())")).text).toBe("['a.ipynb']\n");
  kernel.close();
  launched.push({ id, token: body.token ?? "" });
}

async function end(ids: string[]): Promise<void> {
  for (const id of ids) await api.call("DELETE", `/api/sessions/${id}`);
  const over = async () => {
    const left = `SELECT id FROM "Session" WHERE id = ANY($1) AND state NOT IN ('ended', 'failed')`;
    return await rows(left, [ids]);
  };
  await expect.poll(over, { timeout: 180_000, interval: 100 }).toEqual([]);
}

async function killContainer(sessionId: string): Promise<void> {
  const label = [`colophon.session=${sessionId}`];
  const [found] = await docker().listContainers({ filters: { label } });
  if (found) await docker().getContainer(found.Id).kill({ signal: "SIGKILL" });
}

async function killProcess(name: string): Promise<void> {
  const pid = (await childrenOf(system.pid)).get(name);
  expect(pid, `${name} runs`).toBeDefined();
  process.kill(pid ?? 0, "SIGKILL");
}

test("a stampede over HTTP: each slot goes to one person, and everybody's session is ready or queued", async () => {
  const waiting = await slotsWait();
  // In browsers without cookies: each is another visitor.
  const ask = async () => {
    const response = await fetch(`${system.url}/api/sessions`, {
      method: "POST",
      headers: { "content-type": "application/json", "sec-fetch-site": "same-origin" },
      body: JSON.stringify({ doi }),
      signal: AbortSignal.timeout(300_000),
    });
    const { id } = (await response.json()) as { id: string };
    return { status: response.status, id };
  };
  const answers = await Promise.all(Array.from({ length: 30 }, ask));
  expect(answers.map(({ status }) => status)).toEqual(Array(30).fill(201));
  const ids = answers.map(({ id }) => id);
  expect(new Set(ids).size).toBe(30);
  expect(ids.filter((id) => waiting.includes(id)).sort()).toEqual(waiting.toSorted());
  const settled = async () => {
    const found = await rows<{ state: string; n: number }>(
      `SELECT state, count(*)::int AS n FROM "Session" WHERE id = ANY($1) GROUP BY state`,
      [ids],
    );
    return Object.fromEntries(found.map(({ state, n }) => [state, n]));
  };
  await expect
    .poll(settled, { timeout: 240_000, interval: 250 })
    .toEqual({ ready: places, queued: 30 - places });
  const people = await rows<{ n: number }>(
    `SELECT count(DISTINCT "visitorId")::int AS n FROM "Session" WHERE id = ANY($1)`,
    [ids],
  );
  expect(people).toEqual([{ n: 30 }]);
}, 400_000);

describe.each(["gateway", "worker", "portal"])("kill -9 of the %s", (victim) => {
  test("before a claim: the session is had all the same", async () => {
    await slotsWait();
    await killProcess(victim);
    const id = await launch();
    await works(id);
    await end([id]);
  }, 400_000);

  test("during a claim: whoever was handed the slot gets it ready, and nobody else does", async () => {
    const waiting = await slotsWait();
    const handedOut = nextHandOut();
    const answer = launch();
    const id = await handedOut;
    await killProcess(victim);
    expect(waiting).toContain(id);
    await works(id);
    const answered = await answer;
    // A portal that died answered nothing, and its client has asked again.
    if (victim !== "portal") expect(answered).toBe(id);
    if (answered !== id) await works(answered);
    await end([...new Set([id, answered])]);
  }, 400_000);

  test("after a claim: the session goes on", async () => {
    await slotsWait();
    const id = await launch();
    await expect.poll(() => stateOf(id), { timeout: 60_000 }).toBe("ready");
    await killProcess(victim);
    await works(id);
    await end([id]);
  }, 400_000);
});

describe("kill -9 of one container", () => {
  test("before a claim: nobody gets a dead server", async () => {
    const waiting = await slotsWait();
    await Promise.all(waiting.map(killContainer));
    const id = await launch();
    await works(id);
    await end([id]);
  }, 400_000);

  test("during a claim: the session starts cold under its id, or has ended and says why", async () => {
    await slotsWait();
    const handedOut = nextHandOut();
    const answer = launch();
    const id = await handedOut;
    await killContainer(id);
    expect(await answer).toBe(id);
    const settled = ["ready", "ended"];
    const ended = () => stateOf(id).then((state) => settled.includes(state ?? ""));
    await expect.poll(ended, { timeout: 180_000 }).toBe(true);
    const { body } = await api.until(
      `/api/sessions/${id}`,
      ({ body: now }) => now.state === "ended" || now.state === "ready",
    );
    if (body.state === "ended") expect(body.endReason).toBe("crashed");
    await end([id]);
  }, 400_000);

  test("after a claim: the session ends as crashed, and others go on", async () => {
    await slotsWait();
    const [one, other] = [await launch(), await launch()];
    await works(one);
    await works(other);
    await killContainer(one);
    await api.until(`/api/sessions/${one}`, ({ body }) => body.state === "ended");
    const { body } = await api.call("GET", `/api/sessions/${one}`);
    expect(body.endReason).toBe("crashed");
    expect(await stateOf(other)).toBe("ready");
    await end([other]);
  }, 400_000);
});

test("after all that: no two had the same server, the pool is full again, and nothing is left over", async () => {
  expect(new Set(launched.map(({ id }) => id)).size).toBe(launched.length);
  expect(new Set(launched.map(({ token }) => token)).size).toBe(launched.length);
  const both = `SELECT s.id FROM "Slot" s JOIN "Session" USING (id)`;
  expect(await rows(both)).toEqual([]);
  const waiting = (await slotsWait()).toSorted();
  const mounted = async () => {
    const points = await mountsBelow("/run/colophon-");
    return points.filter((point) => launched.some(({ id }) => point.endsWith(id)));
  };
  await expect.poll(mounted, { timeout: 60_000 }).toEqual([]);
  expect(await mountsBelow(`${system.dataDirectory}/workspaces/`)).toEqual([]);
  expect(waiting).toHaveLength(slots);
}, 400_000);
