import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { preparePostgres } from "#lib/processes/index.ts";

const preferred = 5_800;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "colophon-port-"));
  await chmod(directory, 0o711);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const portOf = ({ url }: { url: string }) => Number(new URL(url).port);

async function end(child: ChildProcess): Promise<void> {
  const exited = once(child, "exit");
  child.kill("SIGINT");
  await exited;
}

it("keeps the port of a database that has yet to start, and says when another has taken it", async () => {
  const first = await preparePostgres(path.join(directory, "first"), preferred);
  const second = await preparePostgres(path.join(directory, "second"), preferred);
  expect(portOf(second)).not.toBe(portOf(first));

  await end(first.spawn());
  const taker = await preparePostgres(path.join(directory, "taker"), portOf(first));
  expect(portOf(taker)).toBe(portOf(first));
  const child = taker.spawn();
  try {
    await taker.ready();
    await expect(first.ready()).rejects.toThrow("another PostgreSQL");
  } finally {
    await end(child);
  }
});
