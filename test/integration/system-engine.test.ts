import { readFile } from "node:fs/promises";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from "vitest";
import { embeddedDatabaseFile } from "#lib/config.ts";
import { ensureEngine, ownEngine } from "#lib/setup/index.ts";
import { notebook, tarOf } from "#test/support/bundle.ts";
import { Kernel } from "#test/support/jupyter.ts";
import { type RunningSystem, startSystem } from "#test/support/running-system.ts";
import { Api } from "#test/support/system-api.ts";

// Only an engine that our own set-up has started may be killed: anybody else's is not ours to touch.
const isOurs = (await ownEngine()) !== undefined;

describe.skipIf(!isOurs)("kill -9 of the engine", () => {
  let system: RunningSystem;
  let api: Api;
  let database: pg.Client;
  let doi = "";
  const releases: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    system = await startSystem({
      COLOPHON_EXAMPLES: "off",
      COLOPHON_POOL_MIN: "1",
      COLOPHON_POOL_MAX: "1",
    });
    api = new Api(system, await system.token());
    const file = embeddedDatabaseFile(system.dataDirectory);
    database = new pg.Client({ connectionString: JSON.parse(await readFile(file, "utf8")).url });
    await database.connect();
    await database.query("LISTEN colophon_events");
    ({ doi } = await api.publish(await tarOf({ "a.ipynb": notebook("1") }), "Engine"));
  });
  beforeEach(() => {
    const from = system.output().length;
    onTestFailed(() => console.error(system.output().slice(from).slice(-12_000)));
  });
  afterAll(async () => {
    await database?.end();
    await system?.stop();
    for (const release of releases) await release();
  });

  const slotIds = async () =>
    (await database.query(`SELECT id FROM "Slot" WHERE state = 'ready'`)).rows.map(({ id }) => id);
  /** The slot that waits, once it is another than `before`. */
  const slotWaits = async (before?: string) => {
    await expect
      .poll(async () => (await slotIds()).filter((id) => id !== before), {
        timeout: 60_000,
        interval: 250,
      })
      .toHaveLength(1);
    return (await slotIds())[0] as string;
  };
  const launch = async () => {
    const { status, body } = await api.call("POST", "/api/sessions", { doi });
    expect(status).toBe(201);
    return body;
  };
  const killEngine = async () => {
    const pid = await ownEngine();
    if (pid === undefined) throw new Error("the engine is not ours any more");
    process.kill(pid, "SIGKILL");
  };
  const startEngine = async () => {
    releases.push(await ensureEngine(() => undefined));
    await api.until("/health", ({ body }) => body.ok === true);
  };
  /** It was got ready or has ended with the engine; it is not lost between the two. */
  const settles = async (id: string) => {
    const { body } = await api.until(`/api/sessions/${id}`, ({ body: now }) =>
      ["ended", "failed", "ready"].includes(now.state),
    );
    return body;
  };
  /** A new launch works, with a slot that was made since. */
  const worksAgain = async (before: string) => {
    await slotWaits(before);
    const { id } = await launch();
    const { body } = await api.until(
      `/api/sessions/${id}`,
      ({ body: now }) => now.state === "ready",
    );
    const kernel = await Kernel.start(body.url ?? "", body.token ?? "");
    expect((await kernel.execute("print(6 * 7)")).text).toBe("42\n");
    kernel.close();
    await api.call("DELETE", `/api/sessions/${id}`);
    await api.until(`/api/sessions/${id}`, ({ body: now }) => now.state === "ended");
  };

  test("before a claim: dead slots are handed to nobody", async () => {
    const before = await slotWaits();
    await killEngine();
    await startEngine();
    await worksAgain(before);
  }, 400_000);

  test("during a claim: the session is not lost, and the next one works", async () => {
    const before = await slotWaits();
    const handedOut = new Promise<void>((resolve) => {
      database.on("notification", ({ payload = "{}" }) => {
        if (JSON.parse(payload).topic === "sessions:launched") resolve();
      });
    });
    const launching = launch();
    await handedOut;
    await killEngine();
    const { id } = await launching;
    expect(id).toBe(before);
    await startEngine();
    expect((await settles(id)).state).not.toBe("failed");
    await api.call("DELETE", `/api/sessions/${id}`);
    await worksAgain(before);
  }, 400_000);

  test("after a claim: the session ends and says why, and its files are kept", async () => {
    const before = await slotWaits();
    const { id } = await launch();
    const { body } = await api.until(
      `/api/sessions/${id}`,
      ({ body: now }) => now.state === "ready",
    );
    const kernel = await Kernel.start(body.url ?? "", body.token ?? "");
    await kernel.execute("open('kept.txt', 'w').write('kept')");
    kernel.close();
    await killEngine();
    await startEngine();
    const ended = await api.until(`/api/sessions/${id}`, ({ body: now }) => now.state === "ended");
    expect(ended.body.endReason).toBe("crashed");
    const { rows } = await database.query(`SELECT "workspaceId" FROM "Session" WHERE id = $1`, [
      id,
    ]);
    const upper = path.join(system.dataDirectory, "workspaces", rows[0].workspaceId, "upper");
    expect(await readFile(path.join(upper, "kept.txt"), "utf8")).toBe("kept");
    await worksAgain(before);
  }, 400_000);
});
