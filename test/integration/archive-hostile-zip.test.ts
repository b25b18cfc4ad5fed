import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { testDatabase } from "#test/support/database.ts";
import { good, type HostileCase, lowLimits, many, send as sendTo } from "#test/support/hostile.ts";
import { rawTar } from "#test/support/tar.ts";
import { rawZip } from "#test/support/zip.ts";

const { dataDirectory } = await testDatabase();
lowLimits();
const send = (body: Parameters<typeof sendTo>[0], mediaType: string) =>
  sendTo(body, mediaType, dataDirectory);
const zip = "application/zip";

describe("zip", () => {
  const cases: HostileCase[] = [
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
