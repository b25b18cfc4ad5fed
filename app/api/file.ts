import type { Readable } from "node:stream";
import type { FileView } from "#lib/archive/index.ts";
import { lengthHeader } from "#lib/content-length.ts";

/** Types that a browser shows without running anything. All others are handed over as a download. */
const shown = new Set([
  "application/json",
  "application/pdf",
  "application/x-ipynb+json",
  "audio/mpeg",
  "audio/ogg",
  "audio/wav",
  "image/avif",
  "image/gif",
  "image/jpeg",
  "image/png",
  "image/webp",
  "text/csv",
  "text/markdown",
  "text/plain",
  "text/tab-separated-values",
  "video/mp4",
  "video/webm",
]);

/** A Content-Disposition value that carries any file name safely (RFC 6266, RFC 8187). */
export function contentDisposition(kind: "inline" | "attachment", name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, "_");
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${kind}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

/** A Node stream as the body of a Response: read as the client takes it, closed when the client leaves. */
export function streamBody(stream: Readable): ReadableStream<Uint8Array> {
  const iterator = stream.iterator({ destroyOnReturn: true });
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await iterator.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        stream.destroy();
        await iterator.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}

interface Range {
  start: number;
  end: number;
}

/**
 * The one range of a Range header (RFC 9110), both ends inclusive. Null when the whole file is to be sent:
 * no header, several ranges, or one that is not understood. "unsatisfiable" when it lies outside.
 */
export function parseRange(header: string | null, size: number): Range | "unsatisfiable" | null {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? "");
  if (!match) return null;
  const [, first = "", last = ""] = match;
  if (first === "" && last === "") return null;
  if (first === "") {
    const length = Math.min(Number(last), size);
    return length === 0 ? "unsatisfiable" : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  const end = last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== "" && Number(last) < start) return null;
  return start >= size ? "unsatisfiable" : { start, end };
}

function isListed(header: string | null, etag: string): boolean {
  if (header === null) return false;
  const tags = header.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes(etag) || tags.includes("*");
}

/**
 * A file's bytes as a Response. Whatever it holds, it cannot run in the portal's name: sandboxed, never
 * sniffed, and what browsers would run is a download.
 */
export function fileAnswer(
  opened: { file: FileView; stream: (start?: number, end?: number) => Readable },
  asked: { headers: Headers; isHead: boolean; isPublic: boolean; asDownload: boolean },
): Response {
  const { file, stream } = opened;
  const etag = `"${file.sha256}"`;
  const type = file.mediaType.split(";")[0]?.trim() ?? "";
  const kind = shown.has(type) && !asked.asDownload ? "inline" : "attachment";
  const headers = new Headers({
    etag,
    "accept-ranges": "bytes",
    "cache-control": `${asked.isPublic ? "public, max-age=300" : "private, no-cache"}, no-transform`,
    "content-type": type.startsWith("text/") ? `${type}; charset=utf-8` : type,
    "content-disposition": contentDisposition(kind, file.path.split("/").at(-1) ?? file.path),
    "content-security-policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
  });
  if (!asked.isPublic) headers.set("vary", "Cookie, Authorization");
  if (isListed(asked.headers.get("if-none-match"), etag)) {
    return new Response(null, { status: 304, headers });
  }
  const condition = asked.headers.get("if-range");
  const wanted = condition === null || condition === etag ? asked.headers.get("range") : null;
  const range = parseRange(wanted, file.size);
  if (range === "unsatisfiable") {
    headers.set("content-range", `bytes */${file.size}`);
    return new Response(null, { status: 416, headers });
  }
  const { start, end } = range ?? { start: 0, end: file.size - 1 };
  headers.set("content-length", String(end - start + 1));
  headers.set(lengthHeader, String(end - start + 1));
  if (range) headers.set("content-range", `bytes ${start}-${end}/${file.size}`);
  const empty = asked.isHead || file.size === 0;
  return new Response(empty ? null : streamBody(range ? stream(start, end) : stream()), {
    status: range ? 206 : 200,
    headers,
  });
}
