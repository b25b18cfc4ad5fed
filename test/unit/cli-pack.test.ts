import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import { listDirectory, packFiles } from "../../bin/cli/pack.ts";

const form = { top: "paper", gzip: true };
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "colophon-pack-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(name: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content, { mode });
}

async function unpack(
  stream: NodeJS.ReadableStream,
): Promise<Map<string, { text: string; mode: number }>> {
  const found = new Map<string, { text: string; mode: number }>();
  const reader = extract();
  const reading = (async () => {
    for await (const entry of reader) {
      const chunks: Buffer[] = [];
      for await (const chunk of entry) chunks.push(chunk as Buffer);
      const { name, mode = 0 } = entry.header;
      found.set(name.replace(/^paper\//, ""), { text: Buffer.concat(chunks).toString(), mode });
    }
  })();
  await Promise.all([pipeline(stream, createGunzip(), reader), reading]);
  return found;
}

test("a folder arrives as it is, without caches and histories", async () => {
  await put("paper.ipynb", "{}");
  await put("data/ä b.csv", "1,2\n");
  await put("empty", "");
  await put("run.sh", "#!/bin/sh\n", 0o755);
  for (const name of [".git/config", "node_modules/x/y", "a/__pycache__/m.pyc", ".DS_Store"]) {
    await put(name, "no");
  }
  await put(".ipynb_checkpoints/paper.ipynb", "no");
  await put(".binder/requirements.txt", "numpy\n");
  const { files, skipped } = await listDirectory(folder);
  expect(skipped).toEqual([]);
  let bytes = 0;
  const found = await unpack(
    packFiles(files, form, (count) => {
      bytes += count;
    }),
  );
  expect([...found.keys()].sort()).toEqual(
    [".binder/requirements.txt", "data/ä b.csv", "empty", "paper.ipynb", "run.sh"].sort(),
  );
  expect(found.get("data/ä b.csv")?.text).toBe("1,2\n");
  expect(found.get("run.sh")?.mode).toBe(0o755);
  expect(bytes).toBe(files.reduce((sum, file) => sum + file.size, 0));
});

test("everything is under one folder, and on this machine nothing is compressed", async () => {
  await put("a.txt", "hello");
  const { files } = await listDirectory(folder);
  const chunks: Buffer[] = [];
  for await (const chunk of packFiles(files, { top: "my paper", gzip: false }, () => undefined)) {
    chunks.push(chunk as Buffer);
  }
  const bytes = Buffer.concat(chunks);
  expect(bytes.subarray(0, 14).toString()).toBe("my paper/a.txt");
  expect(bytes.subarray(257, 262).toString()).toBe("ustar");
});

test("files of many chunks and long names arrive whole", async () => {
  const large = Buffer.alloc(3_000_000, "abcdefgh");
  const deep = `${"folder-with-a-long-name/".repeat(8)}file.bin`;
  await put(deep, large);
  const { files } = await listDirectory(folder);
  const found = await unpack(packFiles(files, form, () => undefined));
  expect(found.get(deep)?.text).toBe(large.toString());
});

test("a link to a file inside is that file; one that leads out, or nowhere, is left out and said so", async () => {
  await put("real.txt", "here");
  await symlink("real.txt", path.join(folder, "inside.txt"));
  await symlink("/etc/hostname", path.join(folder, "outside.txt"));
  await symlink("gone", path.join(folder, "dangling.txt"));
  await symlink(".", path.join(folder, "loop"));
  const { files, skipped } = await listDirectory(folder);
  expect(files.map((file) => file.path)).toEqual(["inside.txt", "real.txt"]);
  expect(skipped.map((entry) => entry.path)).toEqual(["dangling.txt", "loop", "outside.txt"]);
});

test("a file that shrinks meanwhile fails the upload by name; one that grows is sent as announced", async () => {
  await put("a.bin", Buffer.alloc(100_000, 1));
  const { files } = await listDirectory(folder);
  await put("a.bin", Buffer.alloc(200_000, 1));
  expect((await unpack(packFiles(files, form, () => undefined))).get("a.bin")?.text.length).toBe(
    100_000,
  );
  await truncate(path.join(folder, "a.bin"), 10);
  await expect(unpack(packFiles(files, form, () => undefined))).rejects.toThrow(
    "a.bin changed while it was being read.",
  );
});
