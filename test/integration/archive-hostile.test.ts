import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testDatabase } from "#test/support/database.ts";
import { everythingIn } from "#test/support/disk.ts";
import { notebook, somebody } from "#test/support/papers.ts";
import { paxHeader, rawTar, type TarPart } from "#test/support/tar.ts";
import { rawZip, type ZipPart } from "#test/support/zip.ts";

const { dataDirectory } = await testDatabase();
process.env.COLOPHON_UPLOAD_MAX = "400m";
process.env.COLOPHON_ENTRIES_MAX = "2000";
const { createFromArchive } = await import("#lib/archive/index.ts");
const { db } = await import("#lib/db/index.ts");
type Viewer = Awaited<ReturnType<typeof somebody>>;

let viewer: Viewer;
beforeAll(async () => {
  viewer = await somebody();
});
afterAll(() => {
  delete process.env.COLOPHON_UPLOAD_MAX;
  delete process.env.COLOPHON_ENTRIES_MAX;
});

const zip = "application/zip";
const tar = "application/x-tar";
const gzip = "application/gzip";

/** Sends an archive and says how it was answered and what it left behind. */
async function send(body: Buffer | Buffer[] | Readable, mediaType: string) {
  const before = await footprint();
  const stream =
    body instanceof Readable ? body : Readable.from(Array.isArray(body) ? body : [body]);
  const answer = await createFromArchive({ viewer, body: stream, mediaType }).then(
    () => ({ code: "accepted", status: 201 }),
    (error: { code: string; status: number; message: string; hint?: string }) => error,
  );
  expect(await footprint()).toEqual(before);
  return answer;
}

async function footprint() {
  return {
    files: await everythingIn(dataDirectory).then((all) =>
      all.filter((each) => each !== "blobs" && each !== "blobs/tmp"),
    ),
    publications: await db().publication.count(),
    versions: await db().version.count(),
    rows: await db().file.count(),
    blobs: await db().blob.count(),
  };
}

const good: ZipPart & TarPart = {
  name: "p/paper.ipynb",
  content: notebook(randomBytes(4).toString("hex")),
};
const many = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ name: `p/${index}`, content: String(index) }));

describe("zip", () => {
  const cases: [string, string, number, () => Buffer][] = [
    [
      "a path above the root",
      "archive_path_traversal",
      422,
      () => rawZip([good, { name: "../../etc/cron.d/x", content: "x" }]),
    ],
    [
      "a path above the root in the middle",
      "archive_path_traversal",
      422,
      () => rawZip([good, { name: "p/../../x", content: "x" }]),
    ],
    [
      "a path above the root with backslashes",
      "archive_path_traversal",
      422,
      () => rawZip([good, { name: "p\\..\\..\\x" }]),
    ],
    [
      "an absolute path",
      "archive_absolute_path",
      422,
      () => rawZip([good, { name: "/etc/passwd", content: "x" }]),
    ],
    [
      "a drive letter",
      "archive_absolute_path",
      422,
      () => rawZip([good, { name: "C:\\x", content: "x" }]),
    ],
    [
      "a NUL in a name",
      "path_not_allowed",
      422,
      () => rawZip([good, { name: "p/a\0.txt", content: "x" }]),
    ],
    [
      "a name that is not UTF-8",
      "path_not_allowed",
      422,
      () => rawZip([good, { name: Buffer.from([0x61, 0xff, 0xfe]) }]),
    ],
    ["a whiteout", "path_not_allowed", 422, () => rawZip([good, { name: "p/.wh.paper.ipynb" }])],
    [
      "a name of 300 bytes",
      "path_not_allowed",
      422,
      () => rawZip([good, { name: "x".repeat(300) }]),
    ],
    [
      "a link out",
      "archive_link_escape",
      422,
      () => rawZip([good, { name: "p/l", content: "../../etc/passwd", mode: 0o120777 }]),
    ],
    [
      "an absolute link",
      "archive_link_escape",
      422,
      () => rawZip([good, { name: "p/l", content: "/etc/passwd", mode: 0o120777 }]),
    ],
    [
      "a link, then a file through it",
      "archive_duplicate_path",
      422,
      () =>
        rawZip([
          { name: "a/x", content: "1" },
          { name: "l", content: "a", mode: 0o120777 },
          { name: "l/y", content: "2" },
        ]),
    ],
    [
      "a link to itself",
      "archive_link_cycle",
      422,
      () => rawZip([good, { name: "p/l", content: "l", mode: 0o120777 }]),
    ],
    [
      "links in a circle",
      "archive_link_cycle",
      422,
      () =>
        rawZip([
          good,
          { name: "p/a", content: "b", mode: 0o120777 },
          { name: "p/b", content: "a", mode: 0o120777 },
        ]),
    ],
    [
      "a link to what contains it",
      "archive_link_cycle",
      422,
      () => rawZip([good, { name: "p/l", content: "..", mode: 0o120777 }]),
    ],
    ["a device", "archive_device", 422, () => rawZip([good, { name: "p/dev", mode: 0o020666 }])],
    ["a pipe", "archive_device", 422, () => rawZip([good, { name: "p/pipe", mode: 0o010666 }])],
    [
      "the same path twice",
      "archive_duplicate_path",
      422,
      () => rawZip([good, { name: "p/a", content: "1" }, { name: "p/a", content: "2" }]),
    ],
    [
      "the same path spelled twice",
      "archive_duplicate_path",
      422,
      () => rawZip([{ name: "p/\u00e9" }, { name: "p/e\u0301" }]),
    ],
    [
      "a file where a folder is",
      "archive_duplicate_path",
      422,
      () => rawZip([{ name: "p/a/b" }, { name: "p/a" }]),
    ],
    [
      "names that differ in case",
      "archive_case_collision",
      422,
      () => rawZip([{ name: "p/Data.csv" }, { name: "p/data.csv" }]),
    ],
    [
      "folders that differ in case",
      "archive_case_collision",
      422,
      () => rawZip([{ name: "p/Data/a" }, { name: "p/data/b" }]),
    ],
    ["too many entries", "archive_too_many_entries", 413, () => rawZip(many(2001))],
    ["100,000 entries", "archive_too_many_entries", 413, () => rawZip(many(100_000))],
    [
      "a count of entries that is a lie",
      "archive_corrupt",
      400,
      () => rawZip(many(3), { entryCount: 30 }),
    ],
    [
      "a bomb",
      "archive_bomb",
      413,
      () => rawZip([{ name: "zeros", content: Buffer.alloc(200 * 2 ** 20), deflate: true }]),
    ],
    [
      "a bomb of overlapping entries",
      "archive_bomb",
      413,
      () => {
        const content = randomBytes(1_000);
        return rawZip([
          { name: "a", content },
          { name: "b", content, offset: 0 },
          { name: "c", content, offset: 0 },
        ]);
      },
    ],
    [
      "more than the limit",
      "archive_too_large",
      413,
      () =>
        rawZip(
          [
            {
              name: "x",
              content: randomBytes(8),
              claim: { size: 300 * 2 ** 20, compressedSize: 300 * 2 ** 20 },
            },
          ].flatMap((part) => [
            part,
            { ...part, name: "y" },
            { name: "r", content: randomBytes(4 * 2 ** 20) },
          ]),
        ),
    ],
    [
      "a size that is too small",
      "archive_corrupt",
      400,
      () =>
        rawZip([{ name: "x", content: "hello ".repeat(50), deflate: true, claim: { size: 5 } }]),
    ],
    [
      "a size that is too large",
      "archive_corrupt",
      400,
      () => rawZip([{ name: "x", content: "hello", deflate: true, claim: { size: 500 } }]),
    ],
    [
      "a wrong checksum",
      "archive_corrupt",
      400,
      () => rawZip([good, { name: "x", content: "hello", claim: { crc: 1 } }]),
    ],
    [
      "damaged deflate",
      "archive_corrupt",
      400,
      () => rawZip([{ name: "x", content: Buffer.alloc(64, 0xff), claim: { method: 8 } }]),
    ],
    [
      "encryption",
      "archive_corrupt",
      400,
      () => rawZip([{ name: "x", content: "secret", claim: { flags: 0x801 } }]),
    ],
    [
      "an odd compression",
      "archive_corrupt",
      400,
      () => rawZip([{ name: "x", content: "secret", claim: { method: 14 } }]),
    ],
    ["its second half missing", "archive_corrupt", 400, () => rawZip([good]).subarray(0, 200)],
    ["its directory missing", "archive_corrupt", 400, () => rawZip([good]).subarray(0, -40)],
    ["no entries", "archive_empty", 400, () => rawZip([])],
    ["only folders", "archive_empty", 400, () => rawZip([{ name: "p/", mode: 0o040755 }])],
    [
      "only litter",
      "archive_empty",
      400,
      () => rawZip([{ name: "__MACOSX/._x", content: "x" }, { name: ".DS_Store" }]),
    ],
    ["no bytes", "archive_empty", 400, () => Buffer.alloc(0)],
    ["a tar's bytes", "archive_wrong_format", 415, () => rawTar([good])],
    ["any bytes", "archive_wrong_format", 415, () => randomBytes(5_000)],
  ];
  test.each(cases)("with %s: %s (%i)", async (_what, code, status, build) => {
    expect(await send(build(), zip)).toMatchObject({ code, status });
  });

  test("100,000 entries are refused at once", async () => {
    const body = rawZip(many(100_000));
    const started = performance.now();
    expect((await send(body, zip)).code).toBe("archive_too_many_entries");
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});

describe("tar", () => {
  const cases: [string, string, number, () => Buffer][] = [
    [
      "a path above the root",
      "archive_path_traversal",
      422,
      () => rawTar([good, { name: "../x", content: "x" }]),
    ],
    [
      "a path above the root in a pax header",
      "archive_path_traversal",
      422,
      () => rawTar([good, paxHeader({ path: "a/../../x" }), { name: "harmless", content: "x" }]),
    ],
    [
      "an absolute path",
      "archive_absolute_path",
      422,
      () => rawTar([good, { name: "/etc/passwd", content: "x" }]),
    ],
    [
      "a symbolic link out",
      "archive_link_escape",
      422,
      () => rawTar([good, { name: "p/l", type: "2", link: "../../x" }]),
    ],
    [
      "an absolute symbolic link",
      "archive_link_escape",
      422,
      () =>
        rawTar([
          good,
          { name: "p/l", type: "2", link: "/etc" },
          { name: "p/l/passwd", content: "x" },
        ]),
    ],
    [
      "a hard link out",
      "archive_link_escape",
      422,
      () => rawTar([good, { name: "p/l", type: "1", link: "../../etc/shadow" }]),
    ],
    [
      "an absolute hard link",
      "archive_link_escape",
      422,
      () => rawTar([good, { name: "p/l", type: "1", link: "/etc/shadow" }]),
    ],
    [
      "a hard link to nothing",
      "archive_corrupt",
      400,
      () => rawTar([good, { name: "p/l", type: "1", link: "p/absent" }]),
    ],
    [
      "a character device",
      "archive_device",
      422,
      () => rawTar([good, { name: "p/null", type: "3" }]),
    ],
    ["a block device", "archive_device", 422, () => rawTar([good, { name: "p/sda", type: "4" }])],
    ["a pipe", "archive_device", 422, () => rawTar([good, { name: "p/pipe", type: "6" }])],
    ["the same path twice", "archive_duplicate_path", 422, () => rawTar([good, good])],
    [
      "names that differ in case",
      "archive_case_collision",
      422,
      () =>
        rawTar([
          { name: "p/A", content: "1" },
          { name: "p/a", content: "2" },
        ]),
    ],
    ["too many entries", "archive_too_many_entries", 413, () => rawTar(many(2001))],
    [
      "a wrong checksum",
      "archive_corrupt",
      400,
      () => rawTar([good, { name: "x", content: "x", claim: { checksum: 1 } }]),
    ],
    [
      "an unknown kind of entry",
      "archive_corrupt",
      400,
      () => rawTar([good, { name: "x", content: "x", type: "S" }]),
    ],
    [
      "its end missing",
      "archive_corrupt",
      400,
      () => rawTar([good, { name: "x", content: "x", claim: { size: 100_000 } }], { end: false }),
    ],
    [
      "more than the limit",
      "archive_too_large",
      413,
      () => rawTar([{ name: "x", content: Buffer.alloc(401 * 2 ** 20, "x") }]),
    ],
    ["nothing but an end", "archive_empty", 400, () => rawTar([])],
    ["a zip's bytes", "archive_wrong_format", 415, () => rawZip([good])],
  ];
  test.each(cases)("with %s: %s (%i)", async (_what, code, status, build) => {
    expect(await send(build(), tar)).toMatchObject({ code, status });
  });
});

describe("tar.gz", () => {
  const cases: [string, string, number, () => Buffer][] = [
    [
      "a bomb",
      "archive_bomb",
      413,
      () => gzipSync(rawTar([{ name: "zeros", content: Buffer.alloc(200 * 2 ** 20) }])),
    ],
    [
      "a path above the root",
      "archive_path_traversal",
      422,
      () => gzipSync(rawTar([{ name: "../x", content: "x" }])),
    ],
    ["100,000 entries", "archive_too_many_entries", 413, () => gzipSync(rawTar(many(100_000)))],
    [
      "endless headers",
      "archive_corrupt",
      400,
      () =>
        gzipSync(
          rawTar(
            Array.from({ length: 40 }, () =>
              paxHeader({ comment: randomBytes(200_000).toString("base64") }),
            ),
          ),
          { level: 1 },
        ),
    ],
    [
      "its end missing",
      "archive_corrupt",
      400,
      () =>
        gzipSync(rawTar([good, { name: "r", content: randomBytes(90_000) }])).subarray(0, -2_000),
    ],
    [
      "a damaged middle",
      "archive_corrupt",
      400,
      () => {
        const bytes = gzipSync(rawTar([good, { name: "r", content: randomBytes(90_000) }]));
        bytes.fill(0, bytes.length >> 1, (bytes.length >> 1) + 500);
        return bytes;
      },
    ],
    ["something that is no tar inside", "archive_corrupt", 400, () => gzipSync(randomBytes(5_000))],
    ["a tar's bytes", "archive_wrong_format", 415, () => rawTar([good])],
  ];
  test.each(cases)("with %s: %s (%i)", async (_what, code, status, build) => {
    expect(await send(build(), gzip)).toMatchObject({ code, status });
  });
});

test("a media type that is no archive's is refused", async () => {
  expect(await send(rawZip([good]), "application/x-rar")).toMatchObject({
    code: "archive_wrong_format",
    status: 415,
  });
});

test("a sender who goes away in the middle leaves nothing", async () => {
  const whole = rawTar([good, { name: "big", content: randomBytes(3 * 2 ** 20) }]);
  async function* half() {
    yield whole.subarray(0, 2 ** 20);
    throw new Error("connection reset");
  }
  for (const type of [tar, zip]) {
    expect((await send(Readable.from(half()), type)).status).not.toBe(201);
  }
});

test("every refusal tells a person what to do", async () => {
  const answer = await send(rawZip([good, { name: "/x", content: "x" }]), zip);
  expect(answer).toMatchObject({
    message: expect.stringContaining("“/x”"),
    hint: expect.any(String),
  });
});
