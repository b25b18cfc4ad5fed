import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { notebook, tarOf } from "#test/support/bundle.ts";
import { testDatabase } from "#test/support/database.ts";

const { dataDirectory } = await testDatabase();
const run = promisify(execFile);
await run("mount", ["-t", "tmpfs", "-o", "size=6m", "tmpfs", dataDirectory]);
afterAll(() => run("umount", [dataDirectory]));
const { api } = await import("#test/support/api.ts");
const { person } = await import("#test/support/people.ts");
const { db } = await import("#lib/db/index.ts");

const { token } = await person("author");

async function upload(bytes: number) {
  const data = randomBytes(bytes / 2).toString("hex");
  const tar = await tarOf({ "a.ipynb": notebook("1"), "data.txt": data });
  return await api("POST", "/api/publications", {
    token,
    body: new Uint8Array(tar),
    type: "application/x-tar",
  });
}

async function files(): Promise<string[]> {
  const entries = await readdir(path.join(dataDirectory, "blobs"), {
    recursive: true,
    withFileTypes: true,
  });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

test("an upload that the disk has no room for is refused in plain words and leaves nothing behind", async () => {
  const first = await upload(1024 ** 2);
  expect(first.status, first.text).toBe(201);
  const before = { files: (await files()).sort(), publications: await db().publication.count() };

  const refused = await upload(12 * 1024 ** 2);
  expect(refused.status, refused.text).toBe(507);
  expect(refused.body).toMatchObject({ code: "disk_full" });
  expect(refused.text).not.toContain(dataDirectory);
  expect(await db().publication.count()).toBe(before.publications);
  expect((await files()).sort()).toEqual(before.files);

  const health = await api<{ checks: { service: string; ok: boolean; problem?: string }[] }>(
    "GET",
    "/health",
  );
  expect(health.body.checks.find(({ service }) => service === "storage")).toMatchObject({
    ok: false,
  });
  const again = await upload(1024 ** 2);
  expect(again.status, "what fits is still taken").toBe(201);
});
