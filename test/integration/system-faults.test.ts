import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { embeddedDatabaseFile } from "#lib/config.ts";
import { notebook, tarOf } from "#test/support/bundle.ts";
import { Kernel } from "#test/support/jupyter.ts";
import { childrenOf, type RunningSystem, startSystem } from "#test/support/running-system.ts";
import { Api } from "#test/support/system-api.ts";

/** Makes environments of this run alone: what an earlier run has built would be there at once. */
const nonce = Date.now();

let system: RunningSystem;
let api: Api;
let session: { id: string; url: string; token: string };

beforeAll(async () => {
  system = await startSystem({ COLOPHON_EXAMPLES: "off" });
  api = new Api(system, await system.token());
  const { doi } = await api.publish(await tarOf({ "a.ipynb": notebook("1") }), "Still here");
  session = await api.launch(doi);
});
afterAll(async () => {
  await system?.stop();
});

/** A body of two files that stalls in the middle until `go`; then goes on. */
function stallingTar(tar: Uint8Array, stalled: () => void, go: Promise<void>) {
  const half = Math.floor(tar.length / 2);
  let sent = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (sent === 0) {
        controller.enqueue(tar.subarray(0, half));
        sent = 1;
      } else if (sent === 1) {
        stalled();
        await go;
        controller.enqueue(tar.subarray(half));
        sent = 2;
      } else controller.close();
    },
  });
}

/** Publications that exist, whoever sees them. */
async function draftCount(): Promise<number> {
  const { url } = JSON.parse(await readFile(embeddedDatabaseFile(system.dataDirectory), "utf8"));
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query('SELECT count(*)::int AS n FROM "Publication"');
  await client.end();
  return rows[0].n;
}

async function temporaryFiles(): Promise<string[]> {
  const entries = await readdir(path.join(system.dataDirectory, "blobs"), { recursive: true });
  return entries.filter((entry) => /tmp|partial|staging|upload/i.test(entry) && /\d/.test(entry));
}

describe.each([
  ["worker", "six==1.16.0"],
  ["portal", "idna==3.10"],
  ["gateway", "certifi==2025.1.31"],
  ["postgres", "attrs==25.3.0"],
])("kill -9 of the %s during an ingest, a build and a session", (victim, requirement) => {
  test("everything completes or fails cleanly, and the session survives", async () => {
    const files = {
      "a.ipynb": notebook(victim),
      "requirements.txt": `${requirement}\n# ${nonce}\n`,
    };
    const built = await api.publish(await tarOf(files), `Built while the ${victim} dies`);
    const build = await api.call("POST", "/api/builds", { doi: built.doi });
    await api.until(`/api/builds/${build.body.id}`, ({ body }) => body.state !== "queued");

    let stalled: () => void = () => undefined;
    let go: () => void = () => undefined;
    const reached = new Promise<void>((resolve) => {
      stalled = resolve;
    });
    const proceed = new Promise<void>((resolve) => {
      go = resolve;
    });
    const large = { "b.ipynb": notebook(victim), "data.csv": `${victim}\n`.repeat(400_000) };
    const body = stallingTar(new Uint8Array(await tarOf(large)), stalled, proceed);
    const drafts = await draftCount();
    const ingest = api
      .call("POST", "/api/publications", body, "application/x-tar")
      .then((answer) => answer.status)
      .catch(() => "connection lost");
    await reached;

    const pid = (await childrenOf(system.pid)).get(victim);
    expect(pid, `${victim} runs`).toBeDefined();
    process.kill(pid ?? 0, "SIGKILL");
    go();

    const outcome = await ingest;
    // The upload went through, or it failed as a whole and said so; nothing in between.
    expect([201, 500, 503, "connection lost"]).toContain(outcome);
    await api.until("/health", ({ body: health }) => health.ok === true);
    expect(await draftCount()).toBe(drafts + (outcome === 201 ? 1 : 0));
    const again = await api.call(
      "POST",
      "/api/publications",
      new Uint8Array(await tarOf(large)),
      "application/x-tar",
    );
    expect(again.status).toBe(201);

    await api.until(`/api/builds/${build.body.id}`, ({ body: b }) => b.state === "built");
    const kernel = await Kernel.start(session.url, session.token);
    expect((await kernel.execute("print(6 * 7)")).text).toBe("42\n");
    kernel.close();
    const now = (await childrenOf(system.pid)).get(victim);
    expect(now).toBeDefined();
    expect(now).not.toBe(pid);
  }, 300_000);
});

test("no half-written file is left behind", async () => {
  await expect.poll(temporaryFiles, { timeout: 20_000 }).toEqual([]);
});
