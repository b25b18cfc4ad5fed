import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contentDisposition, fileAnswer, parseRange, streamBody } from "#app/api/file.ts";
import { keepContentLength, lengthHeader } from "#lib/content-length.ts";

const bytes = Buffer.from("0123456789");

function ask(
  headers: Record<string, string> = {},
  file: { path?: string; mediaType?: string } = {},
  asked: { isHead?: boolean; asDownload?: boolean; isPublic?: boolean } = {},
): Response {
  return fileAnswer(
    {
      file: {
        path: file.path ?? "data/digits.txt",
        mediaType: file.mediaType ?? "text/plain",
        size: bytes.length,
        sha256: "ab".repeat(32),
        executable: false,
      },
      stream: (start = 0, end = bytes.length - 1) =>
        Readable.from([bytes.subarray(start, end + 1)]),
    },
    {
      headers: new Headers(headers),
      isHead: false,
      isPublic: true,
      asDownload: false,
      ...asked,
    },
  );
}

describe("ranges", () => {
  test.each([
    [null, null],
    ["bytes=0-3", { start: 0, end: 3 }],
    ["bytes=4-", { start: 4, end: 9 }],
    ["bytes=-3", { start: 7, end: 9 }],
    ["bytes=-30", { start: 0, end: 9 }],
    ["bytes=8-99", { start: 8, end: 9 }],
    ["bytes=9-9", { start: 9, end: 9 }],
    ["bytes=10-", "unsatisfiable"],
    ["bytes=-0", "unsatisfiable"],
    // Not understood, or several: the whole file, as RFC 9110 allows.
    ["bytes=5-2", null],
    ["bytes=-", null],
    ["bytes=0-1,3-4", null],
    ["items=0-1", null],
    ["bytes=a-b", null],
  ])("%s", (header, expected) => {
    expect(parseRange(header, 10)).toEqual(expected);
  });

  test("whatever is asked, a range lies inside the file", () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.option(fc.nat()), fc.option(fc.nat()), (size, a, b) => {
        const range = parseRange(`bytes=${a ?? ""}-${b ?? ""}`, size);
        if (range === null || range === "unsatisfiable") return;
        expect(range.start).toBeGreaterThanOrEqual(0);
        expect(range.end).toBeLessThan(size);
        expect(range.start).toBeLessThanOrEqual(range.end);
      }),
    );
  });

  test("a part answers 206, what lies outside 416, and a changed file whole", async () => {
    const part = ask({ range: "bytes=2-4" });
    expect([part.status, part.headers.get("content-range")]).toEqual([206, "bytes 2-4/10"]);
    expect(part.headers.get("content-length")).toBe("3");
    expect(await part.text()).toBe("234");
    const outside = ask({ range: "bytes=10-" });
    expect([outside.status, outside.headers.get("content-range")]).toEqual([416, "bytes */10"]);
    expect(ask({ range: "bytes=0-1", "if-range": '"other"' }).status).toBe(200);
  });
});

test("what the client has already is not sent again", async () => {
  const etag = ask().headers.get("etag") ?? "";
  for (const header of [etag, `"x", ${etag}`, `W/${etag}`, "*"]) {
    const response = ask({ "if-none-match": header });
    expect(response.status).toBe(304);
    expect(await response.text()).toBe("");
  }
  expect(ask({ "if-none-match": '"x"' }).status).toBe(200);
});

test("HEAD has the headers and no body", async () => {
  const response = ask({}, {}, { isHead: true });
  expect(response.headers.get("content-length")).toBe("10");
  expect(response.body).toBeNull();
});

describe("a stranger's file", () => {
  test.each(["text/html", "image/svg+xml", "application/xhtml+xml", "text/javascript", "text/xml"])(
    "%s is a download, sandboxed and never sniffed",
    (mediaType) => {
      const { headers } = ask({}, { mediaType });
      expect(headers.get("content-disposition")).toMatch(/^attachment;/);
      expect(headers.get("content-security-policy")).toMatch(/^sandbox; default-src 'none'/);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
    },
  );

  test("pictures and text are shown, unless a download is asked for", () => {
    expect(ask({}, { mediaType: "image/png" }).headers.get("content-disposition")).toMatch(
      /^inline;/,
    );
    const download = ask({}, { mediaType: "image/png" }, { asDownload: true });
    expect(download.headers.get("content-disposition")).toMatch(/^attachment;/);
  });

  test("a draft's file is kept by no shared cache", () => {
    expect(ask({}, {}, { isPublic: false }).headers.get("cache-control")).toMatch(/^private/);
  });

  test("no file name breaks out of the header", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (name) => {
        fc.pre(name.isWellFormed());
        const value = contentDisposition("attachment", name);
        expect(value).toMatch(
          /^attachment; filename="[^"\\]*"; filename\*=UTF-8''[\w.~!&$+#^`|%-]*$/,
        );
        expect(new Headers({ "content-disposition": value }).get("content-disposition")).toBe(
          value,
        );
      }),
    );
  });
});

test("a client that leaves closes the file", async () => {
  const source = Readable.from(
    (async function* () {
      for (;;) yield Buffer.alloc(1024);
    })(),
  );
  const reader = streamBody(source).getReader();
  await reader.read();
  await reader.cancel();
  expect(source.destroyed).toBe(true);
});

test("a length that a handler states arrives as Content-Length, unless the answer was compressed", async () => {
  const server = createServer((request, response) => {
    keepContentLength(response);
    response.appendHeader(lengthHeader, "5");
    if (request.url === "/gzip") response.setHeader("content-encoding", "identity");
    // Nothing calls writeHead here, as in Next: Node does, at the first byte.
    response.write("hel");
    response.end(request.method === "HEAD" ? undefined : "lo");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const whole = await fetch(url);
    expect([whole.headers.get("content-length"), await whole.text()]).toEqual(["5", "hello"]);
    expect(whole.headers.has(lengthHeader)).toBe(false);
    const head = await fetch(url, { method: "HEAD" });
    expect(head.headers.get("content-length")).toBe("5");
    expect((await fetch(`${url}/gzip`)).headers.get("content-length")).toBeNull();
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
