import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pack } from "tar-stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { followLaunch } from "#test/support/binder.ts";
import { Kernel } from "#test/support/jupyter.ts";
import { notebook } from "#test/support/papers.ts";
import { gitDaemon, makeRepository } from "#test/support/repository.ts";
import { type RunningSystem, startSystem } from "#test/support/running-system.ts";
import { signedUp } from "#test/support/sign-up.ts";
import { Api } from "#test/support/system-api.ts";

const base = await mkdtemp(path.join(tmpdir(), "colophon-binder-"));
const daemon = await gitDaemon(base);
let system: RunningSystem;
let commits: Record<string, string>;
let api: Api;

beforeAll(async () => {
  commits = await makeRepository(path.join(base, "paper"), [
    { message: "first", files: { "paper.ipynb": notebook("First"), "data.csv": "1\n" } },
    { message: "second", files: { "paper.ipynb": notebook("Second") } },
  ]);
  system = await startSystem({
    COLOPHON_EXAMPLES: "off",
    COLOPHON_FETCH_ALLOW: `127.0.0.1:${daemon.port}`,
  });
  api = new Api(system, await system.token());
});
afterAll(async () => {
  await system.stop();
  await daemon.close();
  await rm(base, { recursive: true, force: true });
});

const spec = (ref: string) =>
  `git/${encodeURIComponent(`git://127.0.0.1:${daemon.port}/paper`)}/${ref}`;

describe("a repository of a git server", () => {
  test("streams from the commit to a running server, and runs code in its files", async () => {
    const launched = await followLaunch(system.url, spec("main"));
    expect(launched.last.phase, JSON.stringify(launched.events.slice(-3))).toBe("ready");
    expect(launched.status).toBe(200);
    expect(launched.headers.get("content-type")).toBe("text/event-stream");
    expect(launched.headers.get("cache-control")).toBe("no-cache");
    expect(launched.headers.get("access-control-allow-origin")).toBe("*");
    expect(launched.phases).toEqual(
      expect.arrayContaining(["waiting", "fetching", "built", "launching", "ready"]),
    );
    expect(launched.events.every(({ message }) => message.endsWith("\n"))).toBe(true);
    const { url = "", token = "", ...facts } = launched.last;
    const address = `git://127.0.0.1:${daemon.port}/paper`;
    expect(facts).toMatchObject({
      repo_url: address,
      binder_launch_host: `${system.url}/`,
      binder_request: `v2/${spec("main")}`,
      binder_persistent_request: `v2/${spec(commits.second ?? "")}`,
      image: expect.stringMatching(/^sha256:/),
    });
    expect(url).toMatch(new RegExp(`^${system.gatewayUrl}/s/[0-9a-z]{26}/$`));
    const kernel = await Kernel.start(url, token);
    const { text } = await kernel.execute(
      "import os; print(open('data.csv').read(), os.environ['BINDER_REQUEST'])",
    );
    kernel.close();
    expect(text).toContain("1\n");
    expect(text).toContain(`v2/${spec("main")}`);
  });
});

test("what a reader changed in it is kept as a fork of theirs, running, ended and resumed", async () => {
  const token = await signedUp(system);
  const reader = new Api(system, token);
  const headers = { authorization: `Bearer ${token}` };
  const { last } = await followLaunch(system.url, spec("main"), { headers });
  expect(last.phase, JSON.stringify(last)).toBe("ready");
  const id = last.session_id ?? "";
  const write = async (of: { url?: string; token?: string }, code: string) => {
    const kernel = await Kernel.start(of.url ?? "", of.token ?? "");
    expect((await kernel.execute(code)).status).toBe("ok");
    kernel.close();
  };
  await write(last, "open('mine.txt', 'w').write('mine')");
  const saved = await reader.call("POST", `/api/sessions/${id}/save`);
  expect(saved.status, JSON.stringify(saved.body)).toBe(201);
  const address = `git://127.0.0.1:${daemon.port}/paper`;
  expect(saved.body.repository).toMatchObject({ url: address, ref: commits.second });
  const file = `/api/publications/${saved.body.id}/versions/1/files/mine.txt`;
  expect((await reader.call("GET", file)).body).toMatchObject({ text: "mine" });
  expect((await new Api(system).call("GET", file)).status).toBe(404);

  // Another launch, ended before it is saved; then resumed, and saved again.
  const second = await followLaunch(system.url, spec("main"), { headers });
  const other = second.last.session_id ?? "";
  await write(second.last, "open('late.txt', 'w').write('late')");
  await reader.call("DELETE", `/api/sessions/${other}`);
  await reader.until(`/api/sessions/${other}`, ({ body }) => body.state === "ended");
  const resumed = await reader.call("POST", `/api/sessions/${other}/resume`);
  expect(resumed.status, JSON.stringify(resumed.body)).toBe(201);
  const ready = await reader.until(
    `/api/sessions/${resumed.body.id}`,
    ({ body }) => body.state === "ready",
  );
  await write(ready.body, "open('late.txt', 'a').write(' and more')");
  await reader.call("DELETE", `/api/sessions/${resumed.body.id}`);
  await reader.until(`/api/sessions/${resumed.body.id}`, ({ body }) => body.state === "ended");
  const late = await reader.call("POST", `/api/sessions/${resumed.body.id}/save`);
  expect(late.status, JSON.stringify(late.body)).toBe(201);
  expect(late.body.id).not.toBe(saved.body.id);
  const kept = `/api/publications/${late.body.id}/versions/1/files/late.txt`;
  expect((await reader.call("GET", kept)).body).toMatchObject({ text: "late and more" });
});

describe("a paper of this archive", () => {
  test("starts by its DOI", async () => {
    const tar = pack();
    tar.entry({ name: "paper.ipynb" }, notebook("Published"));
    tar.finalize();
    const chunks: Buffer[] = [];
    for await (const chunk of tar) chunks.push(chunk as Buffer);
    const { doi } = await api.publish(Buffer.concat(chunks), "Published");
    const launched = await followLaunch(system.url, `doi/${doi}`);
    expect(launched.last.phase, JSON.stringify(launched.events.slice(-3))).toBe("ready");
    expect(launched.last.binder_persistent_request).toBe(`v2/doi/${doi}`);
  });
});
