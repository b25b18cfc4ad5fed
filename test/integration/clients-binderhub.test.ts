import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { LaunchEvent } from "#test/support/binder.ts";
import { Kernel } from "#test/support/jupyter.ts";
import { notebook } from "#test/support/papers.ts";
import { gitDaemon, makeRepository } from "#test/support/repository.ts";
import { type RunningSystem, startSystem } from "#test/support/running-system.ts";

// It is written for a browser: what it takes from there is the same in Node.
vi.stubGlobal("window", globalThis);
vi.stubGlobal("document", { cookie: "", removeEventListener: () => undefined });
const { BinderRepository } = await import("@jupyterhub/binderhub-client/client.js");

const base = await mkdtemp(path.join(tmpdir(), "colophon-client-"));
const daemon = await gitDaemon(base);
let system: RunningSystem;
let spec: string;

beforeAll(async () => {
  await makeRepository(path.join(base, "paper"), [
    { message: "only", files: { "paper.ipynb": notebook(), "value.txt": "from git" } },
  ]);
  spec = `git/${encodeURIComponent(`git://127.0.0.1:${daemon.port}/paper`)}/main`;
  system = await startSystem({
    COLOPHON_EXAMPLES: "off",
    COLOPHON_FETCH_ALLOW: `127.0.0.1:${daemon.port}`,
  });
});
afterAll(async () => {
  await system.stop();
  await daemon.close();
  await rm(base, { recursive: true, force: true });
  vi.unstubAllGlobals();
});

async function launch(options?: { apiToken?: string; buildOnly?: boolean }) {
  const repository = new BinderRepository(spec, new URL("/build/", system.url), options);
  const events: LaunchEvent[] = [];
  for await (const event of repository.fetch()) {
    events.push(event);
    if (event.phase === "ready" || event.phase === "failed") break;
  }
  repository.close();
  return events;
}

test("@jupyterhub/binderhub-client launches a repository, and its session runs code", async () => {
  const events = await launch();
  const ready = events.at(-1);
  expect(ready?.phase, JSON.stringify(events)).toBe("ready");
  const kernel = await Kernel.start(ready?.url ?? "", ready?.token ?? "");
  const { text } = await kernel.execute("print(open('value.txt').read(), 6 * 7)");
  kernel.close();
  expect(text).toBe("from git 42\n");
});

test("it builds only, too, and with an API token", async () => {
  const events = await launch({ buildOnly: true, apiToken: await system.token() });
  expect(events.map(({ phase }) => phase)).not.toContain("launching");
  expect(events.at(-1)).toMatchObject({
    phase: "ready",
    imageName: expect.stringMatching(/^sha256:/),
  });
  expect(events.at(-1)).not.toHaveProperty("url");
});
