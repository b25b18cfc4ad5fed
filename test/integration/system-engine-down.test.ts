import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { notebook, tarOf } from "#test/support/bundle.ts";
import { EngineDoor } from "#test/support/engine-door.ts";
import { Kernel } from "#test/support/jupyter.ts";
import { type RunningSystem, startSystem } from "#test/support/running-system.ts";
import { Api } from "#test/support/system-api.ts";

let folder: string;
let door: EngineDoor;
let system: RunningSystem;
let api: Api;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "colophon-door-"));
  door = new EngineDoor(path.join(folder, "engine.sock"));
  await door.open();
  system = await startSystem({
    COLOPHON_EXAMPLES: "off",
    COLOPHON_POOL_MEMORY: "0",
    DOCKER_HOST: `unix://${door.path}`,
  });
  api = new Api(system, await system.token());
});
afterAll(async () => {
  await door?.open();
  await system?.stop();
  await door?.shut();
  await rm(folder, { recursive: true, force: true });
});

interface Health {
  ok: boolean;
  checks: { service: string; ok: boolean; problem?: string }[];
}

async function engineCheck() {
  const answer = await fetch(`${system.url}/health`, { signal: AbortSignal.timeout(20_000) });
  const health = (await answer.json()) as Health;
  return {
    status: answer.status,
    ok: health.ok,
    engine: health.checks.find(({ service }) => service === "engine"),
  };
}

test("while the engine is away the queue holds, /health says so, and sessions start when it is back", async () => {
  const { doi } = await api.publish(await tarOf({ "a.ipynb": notebook("1") }), "Waits");
  const running = await api.launch(doi);
  expect(await engineCheck()).toMatchObject({ status: 200, ok: true, engine: { ok: true } });

  await door.shut();
  const asked = await api.call("POST", "/api/sessions", { doi });
  expect([asked.status, asked.body.state]).toEqual([201, "queued"]);
  const down = await engineCheck();
  expect(down).toMatchObject({ status: 503, ok: false, engine: { ok: false } });
  expect(down.engine?.problem).toBe("The engine that runs notebooks is down.");
  const told = await api.until(`/api/sessions/${asked.body.id}`, ({ body }) =>
    /engine that runs notebooks answers again/.test((body as { message?: string }).message ?? ""),
  );
  expect(told.body.state).toBe("queued");

  // What runs already is not touched by it.
  const kernel = await Kernel.start(running.url, running.token);
  expect((await kernel.execute("print(6 * 7)")).text).toBe("42\n");
  kernel.close();
  const still = await api.call("GET", `/api/sessions/${running.id}`);
  expect(still.body.state).toBe("ready");

  // A build waits too, instead of failing: its environment is this run's own.
  const files = { "a.ipynb": notebook("1"), "requirements.txt": `# ${Date.now()}\n` };
  const unbuilt = await api.publish(await tarOf(files), "Not built");
  const second = await api.call("POST", "/api/sessions", { doi: unbuilt.doi });
  expect([second.status, second.body.state]).toEqual([201, "queued"]);

  await door.open();
  await api.until(`/api/sessions/${asked.body.id}`, ({ body }) => body.state === "ready", 60_000);
  expect(await engineCheck()).toMatchObject({ status: 200, ok: true });
  await api.until(`/api/sessions/${second.body.id}`, ({ body }) => {
    if (body.state === "failed") throw new Error(JSON.stringify(body));
    return body.state === "ready";
  });
}, 300_000);
