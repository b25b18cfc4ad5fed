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
