import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { takeLock } from "#lib/setup/lock.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "colophon-lock-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test("the second asker learns who holds it, and gets it once it is released", async () => {
  const file = path.join(directory, "first");
  const first = await takeLock(file);
  expect(await takeLock(file)).toEqual({ heldBy: process.pid });
  if ("release" in first) await first.release();
  expect(await takeLock(file)).toHaveProperty("release");
});

test("a lock whose process is gone is taken over", async () => {
  const file = path.join(directory, "stale");
  const { pid } = spawnSync("true");
  await writeFile(file, `${pid} 12345`);
  expect(await takeLock(file)).toHaveProperty("release");
});

test("a number that was given to another process meanwhile does not hold it", async () => {
  const file = path.join(directory, "reused");
  await writeFile(file, `${process.pid} 1`);
  expect(await takeLock(file)).toHaveProperty("release");
  expect(await readFile(file, "utf8")).not.toBe(`${process.pid} 1`);
});

test("nothing but the lock is left beside it", async () => {
  expect((await readdir(directory)).sort()).toEqual(["first", "reused", "stale"]);
});
