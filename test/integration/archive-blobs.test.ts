import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, readFile, stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { testDatabase } from "#test/support/database.ts";
import { everythingIn } from "#test/support/disk.ts";
import { somebody } from "#test/support/papers.ts";

const { dataDirectory } = await testDatabase();
const { blobPath, collectBlobs, collectStrays, openBlob, putBlob } = await import(
  "#lib/archive/index.ts"
);
const { openStage } = await import("#lib/archive/stage.ts");
const { sweepStaging } = await import("#lib/archive/staging.ts");
const { db } = await import("#lib/db/index.ts");

const blobs = path.join(dataDirectory, "blobs");
const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
const files = async () => (await everythingIn(blobs)).filter((name) => /[0-9a-f]{64}$/.test(name));
const staged = async () => (await everythingIn(path.join(blobs, "tmp"))).length;

async function collected(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test.each([0, 1, 65_536, 128 * 1024, 128 * 1024 + 1, 3_333_333])(
  "%i bytes go in and come out",
  async (size) => {
    const bytes = randomBytes(size);
    const stored = await putBlob(
      Readable.from(bytes.length ? [bytes] : [], { objectMode: false }),
      { maxBytes: size },
    );
    expect(stored).toEqual({ sha256: sha256(bytes), size, deduplicated: false });
    expect((await collected(openBlob(stored.sha256))).equals(bytes)).toBe(true);
    expect((await stat(blobPath(stored.sha256))).mode & 0o777).toBe(
      process.getuid?.() === 0 ? 0o644 : 0o666,
    );
    expect(await staged()).toBe(0);
  },
);

test("a range reads those bytes alone, both ends included", async () => {
  const bytes = randomBytes(2_000_000);
  const { sha256: hash } = await putBlob(Readable.from([bytes]), { maxBytes: 2_000_000 });
  expect(
    (await collected(openBlob(hash, { start: 10, end: 19 }))).equals(bytes.subarray(10, 20)),
  ).toBe(true);
  expect(
    (await collected(openBlob(hash, { start: 1_999_990 }))).equals(bytes.subarray(1_999_990)),
  ).toBe(true);
});

test.each([1_000, 1_000_000, 9_000_000])(
  "the same %i bytes put 20 times at once are stored once",
  async (size) => {
    const bytes = randomBytes(size);
    const before = (await files()).length;
    const puts = await Promise.all(
      Array.from({ length: 20 }, () => putBlob(Readable.from([bytes]), { maxBytes: size })),
    );
    expect(new Set(puts.map((put) => put.sha256)).size).toBe(1);
    expect((await files()).length).toBe(before + 1);
    expect((await readFile(blobPath(sha256(bytes)))).equals(bytes)).toBe(true);
    expect(await putBlob(Readable.from([bytes]), { maxBytes: size })).toMatchObject({
      deduplicated: true,
    });
    expect(await staged()).toBe(0);
  },
);

test("what is too large, broken off or not what was announced leaves nothing", async () => {
  const before = await everythingIn(blobs);
  const rows = await db().blob.count();
  const bytes = randomBytes(2_000_000);
  await expect(putBlob(Readable.from([bytes]), { maxBytes: 1_999_999 })).rejects.toMatchObject({
    code: "archive_too_large",
    status: 413,
  });
  await expect(putBlob(Readable.from([randomBytes(100)]), { maxBytes: 99 })).rejects.toMatchObject({
    status: 413,
  });
  await expect(
    putBlob(Readable.from([bytes]), { maxBytes: 2_000_000, expectedSha256: "0".repeat(64) }),
  ).rejects.toMatchObject({ code: "hash_mismatch", status: 422 });
  async function* broken() {
    yield bytes;
    throw new Error("reset");
  }
  await expect(putBlob(broken(), { maxBytes: 1e9 })).rejects.toThrow("reset");
  await expect(putBlob(Readable.from(broken()), { maxBytes: 1e9 })).rejects.toThrow("reset");
  await expect(putBlob(Readable.from(broken()), { maxBytes: 1e6 })).rejects.toMatchObject({
    status: 413,
  });
  const stop = new AbortController();
  async function* endless() {
    for (;;) {
      yield bytes;
      stop.abort(new Error("stopped"));
    }
  }
  await expect(putBlob(endless(), { maxBytes: 1e12, signal: stop.signal })).rejects.toThrow(
    "stopped",
  );
  expect(await everythingIn(blobs)).toEqual(before);
  expect(await db().blob.count()).toBe(rows);
});

test("nothing of a stage is visible before its commit, and nothing is left without one", async () => {
  const bytes = randomBytes(300_000);
  const stage = await openStage();
  await stage.write(Readable.from([bytes]), { maxBytes: 1e9 });
  expect(await db().blob.count({ where: { sha256: sha256(bytes) } })).toBe(0);
  await expect(stat(blobPath(sha256(bytes)))).rejects.toThrow("ENOENT");
  expect((await readFile(stage.locate(sha256(bytes)))).equals(bytes)).toBe(true);
  await stage.discard();
  expect(await staged()).toBe(0);
});

test("what a killed process left half written is swept, what lives is not", async () => {
  const code = `
    import { openStage } from "#lib/archive/stage.ts";
    const stage = await openStage();
    async function* endless() { for (;;) { yield Buffer.alloc(1 << 20); console.log("written"); } }
    await stage.write(endless(), { maxBytes: 1e9 });
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], {
    env: process.env,
    cwd: path.resolve(import.meta.dirname, "../.."),
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "exit");
  const own = await openStage();
  expect(await staged()).toBeGreaterThan(2);
  expect(await sweepStaging()).toBe(1);
  expect(await everythingIn(path.join(blobs, "tmp"))).toEqual([path.basename(own.directory)]);
  await own.discard();
});

test("the collector takes what nothing refers to, and never what is being stored again", async () => {
  const viewer = await somebody();
  const put = async (bytes: Buffer) =>
    (await putBlob(Readable.from([bytes]), { maxBytes: 1e9 })).sha256;
  const [unused, used, figure, fresh] = await Promise.all(
    [1, 2, 3, 4].map(() => put(randomBytes(50_000))),
  );
  const publication = await db().publication.create({
    data: {
      slug: "collected",
      ownerId: viewer.userId,
      versions: {
        create: { number: 1, metadata: {}, source: {}, preflight: {}, figureSha256: figure ?? "" },
      },
    },
    include: { versions: true },
  });
  await db().file.create({
    data: {
      versionId: publication.versions[0]?.id ?? "",
      path: "a",
      sha256: used ?? "",
      size: 1,
      mediaType: "x",
    },
  });
  const old = new Date(Date.now() - 48 * 3600_000);
  await db().blob.updateMany({ where: { sha256: { not: fresh ?? "" } }, data: { touchedAt: old } });
  await collectBlobs();
  expect(
    await db().blob.findMany({ select: { sha256: true }, orderBy: { sha256: "asc" } }),
  ).toEqual([used, figure, fresh].sort().map((hash) => ({ sha256: hash })));
  await expect(stat(blobPath(unused ?? ""))).rejects.toThrow("ENOENT");
  for (const kept of [used, figure, fresh]) await stat(blobPath(kept ?? ""));

  // Collecting and storing the same bytes over and over never loses them.
  const bytes = randomBytes(20_000);
  for (let round = 0; round < 20; round += 1) {
    await db().blob.updateMany({ where: { sha256: sha256(bytes) }, data: { touchedAt: old } });
    await Promise.all([put(bytes), collectBlobs(), put(bytes)]);
    expect((await readFile(blobPath(sha256(bytes)))).equals(bytes)).toBe(true);
    expect(await db().blob.count({ where: { sha256: sha256(bytes) } })).toBe(1);
  }
});

test("files of the store without a row are strays", async () => {
  const hash = sha256(randomBytes(8));
  await mkdir(path.dirname(blobPath(hash)), { recursive: true });
  await writeFile(blobPath(hash), "x");
  expect(await collectStrays()).toBe(0);
  await utimes(blobPath(hash), 1, 1);
  expect(await collectStrays()).toBe(1);
});

test("memory stays flat whatever the size", async () => {
  const chunk = randomBytes(1 << 20);
  async function* large() {
    for (let count = 0; count < 700; count += 1) {
      chunk.writeUInt32LE(count);
      yield Buffer.from(chunk);
    }
  }
  const before = process.memoryUsage().rss;
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 20);
  await putBlob(large(), { maxBytes: 1e9 });
  clearInterval(timer);
  expect(peak - before).toBeLessThan(250 * 2 ** 20);
});
