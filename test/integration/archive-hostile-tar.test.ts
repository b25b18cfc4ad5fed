import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { testDatabase } from "#test/support/database.ts";
import { good, type HostileCase, lowLimits, many, send as sendTo } from "#test/support/hostile.ts";
import { paxHeader, rawTar } from "#test/support/tar.ts";
import { rawZip } from "#test/support/zip.ts";

const { dataDirectory } = await testDatabase();
lowLimits();
const send = (body: Parameters<typeof sendTo>[0], mediaType: string) =>
  sendTo(body, mediaType, dataDirectory);
const zip = "application/zip";
const tar = "application/x-tar";
const gzip = "application/gzip";

describe("tar", () => {
  const cases: HostileCase[] = [
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
  const cases: HostileCase[] = [
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
