import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { embeddedDatabaseFile } from "#lib/config.ts";
import { docker } from "#lib/docker.ts";
import { notebook, tarOf } from "#test/support/bundle.ts";
import { Kernel } from "#test/support/jupyter.ts";
import { mountsBelow, type RunningSystem, startSystem } from "#test/support/running-system.ts";
import { Api } from "#test/support/system-api.ts";

const run = promisify(execFile);
const settings = { COLOPHON_EXAMPLES: "off", COLOPHON_POOL_MIN: "1" };

let system: RunningSystem;
beforeAll(async () => {
  system = await startSystem(settings);
});
afterAll(async () => {
  await system?.stop();
});

async function slotIds(): Promise<string[]> {
  const file = embeddedDatabaseFile(system.dataDirectory);
  const { url } = JSON.parse(await readFile(file, "utf8"));
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(`SELECT id FROM "Slot" WHERE state = 'ready'`);
  await client.end();
  return rows.map(({ id }) => id);
}

/** A process and all that it has started, as they are now. */
async function familyOf(pid: number): Promise<number[]> {
  const { stdout } = await run("ps", ["-eo", "pid=,ppid="]);
  const parents = stdout
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const family = [pid];
  for (const member of family) {
    for (const [child, parent] of parents) if (parent === member && child) family.push(child);
  }
  return family;
}

/** What a reboot leaves of a system: its data folder. `server`: any container of it. */
async function pullThePlug(server: string): Promise<void> {
  const { Config, Mounts } = await docker().getContainer(server).inspect();
  const socket = Mounts.find(({ Destination }) => Destination.startsWith("/run/"))?.Source ?? "";
  const runDirectory = path.dirname(socket);
  expect(path.basename(runDirectory)).toMatch(/^colophon-[0-9a-f]{8}$/);
  const family = await familyOf(system.pid);
  for (const pid of family) process.kill(pid, "SIGKILL");
  await expect.poll(() => family.filter((pid) => existsSync(`/proc/${pid}/exe`))).toEqual([]);
  const mark = "colophon.installation";
  const filters = { label: [`${mark}=${Config.Labels[mark]}`] };
  for (const { Id } of await docker().listContainers({ all: true, filters })) {
    await docker().getContainer(Id).remove({ force: true, v: true });
  }
  for (const directory of [system.dataDirectory, runDirectory]) {
    for (const mount of (await mountsBelow(directory)).toReversed()) await run("umount", [mount]);
  }
  for (const directory of [runDirectory, `${runDirectory}-slots`]) {
    await rm(directory, { recursive: true, force: true });
  }
}

test("after a reboot sessions have ended and say why, can be resumed as they were, and slots wait anew", async () => {
  const before = new Api(system, await system.token());
  const files = { "a.ipynb": notebook("1"), "data.csv": "1\n" };
  const { doi } = await before.publish(await tarOf(files), "Before the reboot");
  await expect.poll(slotIds, { timeout: 180_000, interval: 250 }).toHaveLength(1);
  const warm = await before.launch(doi);
  await expect.poll(slotIds, { timeout: 180_000, interval: 250 }).toHaveLength(1);
  const [slot] = await slotIds();
  const kernel = await Kernel.start(warm.url, warm.token);
  await kernel.execute(
    "import os; open('data.csv', 'a').write('2\\n'); open('new.txt', 'w').write('kept'); os.sync()",
  );
  kernel.close();

  const labels = { filters: { label: [`colophon.session=${warm.id}`] } };
  const [server] = await docker().listContainers(labels);
  await pullThePlug(server?.Id ?? "");
  system = await startSystem(settings, system.dataDirectory);
  const api = new Api(system, await system.token());

  const ended = await api.until(`/api/sessions/${warm.id}`, ({ body }) => body.state === "ended");
  expect(ended.body.endReason).toBe("shutdown");
  const resumed = await api.call("POST", `/api/sessions/${warm.id}/resume`);
  expect(resumed.status).toBe(201);
  const { body } = await api.until(
    `/api/sessions/${resumed.body.id}`,
    (answer) => answer.body.state === "ready",
  );
  const again = await Kernel.start(body.url ?? "", body.token ?? "");
  const seen = await again.execute(
    "print(open('data.csv').read().split(), open('new.txt').read())",
  );
  expect(seen.text).toBe("['1', '2'] kept\n");
  again.close();

  const slots = async () => (await slotIds()).filter((id) => id !== slot);
  await expect.poll(slots, { timeout: 180_000, interval: 250 }).toHaveLength(1);
  expect(await slotIds()).not.toContain(slot);
  const stored = await readdir(path.join(system.dataDirectory, "workspaces"));
  expect(stored).toHaveLength(1);
}, 600_000);
