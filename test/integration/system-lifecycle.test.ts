import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { repositoryRoot } from "#lib/config.ts";
import { docker } from "#lib/docker.ts";
import { notebook, tarOf } from "#test/support/bundle.ts";
import { childrenOf, mountsBelow, startSystem } from "#test/support/running-system.ts";
import { Api } from "#test/support/system-api.ts";

const node = path.join(repositoryRoot, "node_modules/node/bin/node");

test("start, refuse a second, stop without a trace, start again within 15 s", async () => {
  const system = await startSystem({ COLOPHON_EXAMPLES: "off" });
  const api = new Api(system, await system.token());
  const health = await api.call("GET", "/health");
  expect(health.body.ok).toBe(true);
  expect(system.administrator.email).toContain("@");

  const second = spawn(node, [path.join(repositoryRoot, "bin/start.ts")], {
    env: { ...process.env, COLOPHON_DATA: system.dataDirectory },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  second.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString("utf8");
  });
  const [code] = await once(second, "close");
  expect(code).toBe(1);
  expect(said).toContain("Colophon already runs on");

  const { doi } = await api.publish(await tarOf({ "a.ipynb": notebook("1") }), "Left running");
  const session = await api.launch(doi);
  const children = [...(await childrenOf(system.pid)).values()];
  expect(children).toHaveLength(4);
  expect(await system.stop({ keepData: true })).toBe(0);
  for (const pid of children) expect(existsSync(`/proc/${pid}`), `${pid} is gone`).toBe(false);
  expect(await mountsBelow(system.dataDirectory)).toEqual([]);
  const containers = await docker().listContainers({
    all: true,
    filters: { label: [`colophon.session=${session.id}`] },
  });
  expect(containers).toEqual([]);

  const started = performance.now();
  const again = await startSystem({ COLOPHON_EXAMPLES: "off" }, system.dataDirectory);
  const seconds = (performance.now() - started) / 1000;
  expect(again.administrator.email).toBe("");
  const ended = await new Api(again, await again.token()).call(
    "GET",
    `/api/sessions/${session.id}`,
  );
  expect(ended.body.state).toBe("ended");
  await again.stop({ keepData: true });
  await rm(system.dataDirectory, { recursive: true, force: true });
  expect(seconds, "seconds to the second start").toBeLessThan(15);
});

test("equal environments are built once; a changed notebook starts without a build", async () => {
  const system = await startSystem({ COLOPHON_EXAMPLES: "off" });
  try {
    const api = new Api(system, await system.token());
    const files = { "requirements.txt": "toolz==1.0.0\n" };
    const one = await api.publish(await tarOf({ ...files, "a.ipynb": notebook("1") }), "One");
    const two = await api.publish(await tarOf({ ...files, "b.ipynb": notebook("2") }), "Two");
    const first = await api.call("POST", "/api/builds", { doi: one.doi });
    const second = await api.call("POST", "/api/builds", { doi: two.doi });
    expect(second.body.id).toBe(first.body.id);
    await api.until(`/api/builds/${first.body.id}`, ({ body }) => body.state === "built");

    await api.call("POST", `/api/publications/${one.id}/versions`);
    const changed = new Uint8Array(Buffer.from(notebook("1 + 1")));
    const file = `/api/publications/${one.id}/draft/files/a.ipynb`;
    await api.call("PUT", file, changed, "application/octet-stream");
    const doi = await api.publishDraft(one.id, "One, corrected");
    const third = await api.call("POST", "/api/builds", { doi });
    expect(third.body.id).toBe(first.body.id);
    expect(third.body.state).toBe("built");
    const session = await api.launch(doi);
    const contents = await fetch(`${session.url}api/contents/a.ipynb?token=${session.token}`);
    expect(JSON.stringify(await contents.json())).toContain("1 + 1");
  } finally {
    await system.stop();
  }
});
