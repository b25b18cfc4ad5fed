import { open } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { hashToFile } from "./hash-to-file.ts";
import { type Bundle, openIntake } from "./intake.ts";
import { readTar } from "./read-tar.ts";
import { readZip } from "./read-zip.ts";
import { empty, wrongFormat } from "./refusals.ts";
import type { Stage } from "./stage.ts";

type Format = "zip" | "tar" | "gzip";

const formatOf: Record<string, Format> = {
  "application/zip": "zip",
  "application/x-zip-compressed": "zip",
  "application/x-zip": "zip",
  "application/x-tar": "tar",
  "application/gzip": "gzip",
  "application/x-gzip": "gzip",
  "application/x-gtar": "gzip",
  "application/tar+gzip": "gzip",
  "application/x-compressed-tar": "gzip",
};

/** Where tar keeps its magic. */
const tarMagic = 257;
const headBytes = 512;
/** After a refusal this much is still read, so that the sender gets to see the answer. */
const drainBytes = 32 * 1024 * 1024;
const drainMs = 3_000;

/** The archive format that a media type names. Throws `archive_wrong_format` (415). */
export function archiveFormat(mediaType: string): Format {
  const essence = (mediaType.split(";")[0] ?? "").trim().toLowerCase();
  const format = formatOf[essence];
  if (!format)
    throw wrongFormat(`“${essence.slice(0, 80)}” is not an archive format that is taken.`);
  return format;
}

/**
 * Unpacks the body of one upload into the stage. The first bytes must be what the media type says. Zips are written
 * to the stage first, since their directory is at the end; tars stream through. Throws a ColophonError for anything
 * hostile or broken.
 */
export async function unpack(
  stage: Stage,
  body: Readable,
  mediaType: string,
  signal?: AbortSignal,
): Promise<Bundle> {
  const intake = openIntake(stage, signal);
  // Whoever reads meets a failure of the sender; one that comes when nobody reads any more must not end the process.
  body.on("error", () => body.destroy());
  const { head, whole, release } = await peek(body);
  try {
    const format = archiveFormat(mediaType);
    if (head.length === 0) throw empty();
    if (sniff(head) !== format) {
      throw wrongFormat(`These bytes are not ${format === "gzip" ? "a tar.gz" : `a ${format}`}.`);
    }
    if (format === "zip") {
      const file = path.join(stage.directory, "upload.zip");
      const handle = await open(file, "wx", 0o600);
      try {
        const { size } = await hashToFile(whole, handle, {
          maxBytes: intake.limits.maxBytes,
          signal,
        });
        await readZip(file, size, intake);
      } finally {
        await handle.close();
      }
    } else {
      await readTar(Readable.from(whole, { objectMode: false }), format === "gzip", intake);
    }
    return intake.finish({ stripTop: true });
  } catch (error) {
    await release();
    await drain(body);
    throw error;
  }
}

function sniff(head: Buffer): Format | null {
  const signature = head.subarray(0, 4).toString("latin1");
  if (signature === "PK\x03\x04" || signature === "PK\x05\x06") return "zip";
  if (head[0] === 0x1f && head[1] === 0x8b) return "gzip";
  if (head.subarray(tarMagic, tarMagic + 5).toString("latin1") === "ustar") return "tar";
  // An empty tar is nothing but zeros.
  return head.length === headBytes && head.every((byte) => byte === 0) ? "tar" : null;
}

interface Peeked {
  head: Buffer;
  /** All of it, the head in front. */
  whole: AsyncGenerator<Uint8Array>;
  /** Lets go of the stream, so that others may read what is left of it. */
  release(): Promise<void>;
}

async function peek(body: Readable): Promise<Peeked> {
  const iterator: AsyncIterator<Buffer> = body.iterator({ destroyOnReturn: false });
  const chunks: Buffer[] = [];
  let size = 0;
  while (size < headBytes) {
    const next = await iterator.next();
    if (next.done) break;
    chunks.push(next.value);
    size += next.value.byteLength;
  }
  const head = Buffer.concat(chunks);
  async function* whole() {
    yield head;
    for (;;) {
      const next = await iterator.next();
      if (next.done) return;
      yield next.value;
    }
  }
  return {
    head: head.subarray(0, headBytes),
    whole: whole(),
    async release() {
      await iterator.return?.();
    },
  };
}

// A peer that still sends while we close would see a reset connection instead of the reason.
async function drain(body: Readable): Promise<void> {
  if (body.destroyed || body.readableEnded) return;
  let bytes = 0;
  body.on("data", (chunk: Buffer) => {
    bytes += chunk.byteLength;
    if (bytes > drainBytes) body.destroy();
  });
  try {
    await finished(body, { signal: AbortSignal.timeout(drainMs) });
  } catch {
    // However it ends, nobody wants the rest.
    body.destroy();
  }
}
