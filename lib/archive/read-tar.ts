import type { Readable } from "node:stream";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract, type Header } from "tar-stream";
import { asDiskFull, isColophonError, messageOf } from "#lib/errors.ts";
import { tooLarge } from "./hash-to-file.ts";
import type { Intake } from "./intake.ts";
import { printable } from "./paths.ts";
import { bomb, corrupt, device, linkEscape } from "./refusals.ts";

const maxRatio = 200;
const ratioFloor = 128 * 1024 * 1024;
/** Bytes of headers between two files: extended headers are small, a flood of them is an attack. */
const maxHeaderBytes = 8 * 1024 * 1024;
/** A larger piece, from a source in memory, tells nothing about headers. */
const ordinaryChunk = 1024 * 1024;

/** Takes every file of a tar, or of a tar.gz, into the intake as it streams by. */
export async function readTar(body: Readable, gzip: boolean, intake: Intake): Promise<void> {
  const tar = extract();
  // Ends the pipeline when an entry is refused while the rest is still on its way.
  const stop = new AbortController();
  let sinceEntry = 0;
  let reading = false;
  const guard = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sinceEntry = reading ? 0 : sinceEntry + Math.min(chunk.byteLength, ordinaryChunk);
      done(sinceEntry > maxHeaderBytes ? corrupt("it has endless headers") : null, chunk);
    },
  });
  const signal = intake.signal ? AbortSignal.any([stop.signal, intake.signal]) : stop.signal;
  const flow = gzip
    ? pipeline(body, ...unzip(), guard, tar, { signal })
    : pipeline(body, guard, tar, { signal });
  const failed = flow.then(
    () => undefined,
    (error: unknown) => error,
  );
  try {
    for await (const entry of tar) {
      reading = true;
      await take(entry.header, bytesOf(entry), intake);
      entry.resume();
      reading = false;
      sinceEntry = 0;
    }
  } catch (error) {
    stop.abort();
    // When the flow broke first, its error is the cause, and what the parser says only its echo.
    const own = asDiskFull(error);
    const cause = isColophonError(own) ? own : ((await failed) ?? own);
    throw blame(cause, intake);
  }
  const error = await failed;
  if (error !== undefined) throw blame(error, intake);
}

function blame(error: unknown, intake: Intake): unknown {
  if (isColophonError(error) || intake.signal?.aborted) return error;
  const why = printable(messageOf(error)).replace(/\.$/, "");
  return corrupt(why === "unexpected end of file" ? "it ends too early" : why, error);
}

// Counts what goes into and comes out of the decompressor, to meet bombs before the disk does.
function unzip(): [Transform, Transform, Transform] {
  let compressed = 0;
  let plain = 0;
  const before = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      compressed += chunk.byteLength;
      done(null, chunk);
    },
  });
  const after = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      plain += chunk.byteLength;
      const suspicious = plain > ratioFloor && plain > compressed * maxRatio;
      done(suspicious ? bomb(`it unpacks to more than ${maxRatio} times its size`) : null, chunk);
    },
  });
  return [before, createGunzip({ chunkSize: 256 * 1024 }), after];
}

async function* bytesOf(entry: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  for await (const chunk of entry) {
    if (chunk instanceof Uint8Array) yield chunk;
  }
}

async function take(
  header: Header,
  entry: AsyncIterable<Uint8Array>,
  intake: Intake,
): Promise<void> {
  const path = intake.admit(header.name);
  switch (header.type) {
    case "file":
    case "contiguous-file":
      if (path === null) return;
      if (header.size > intake.remaining()) throw tooLarge(intake.limits.maxBytes);
      await intake.addFile(path, entry, ((header.mode ?? 0) & 0o111) !== 0);
      return;
    case "directory":
      if (path !== null) intake.addFolder(path);
      return;
    case "symlink":
      if (path !== null) intake.addLink(path, header.linkname ?? "");
      return;
    case "link":
      if (path !== null) takeHardLink(path, header.linkname ?? "", intake);
      return;
    case "character-device":
    case "block-device":
    case "fifo":
      throw device(header.name);
    default:
      throw corrupt(`“${printable(header.name)}” is of a kind that only some tar programs know`);
  }
}

// A hard link names an earlier entry of the same archive, from its root.
function takeHardLink(path: string, target: string, intake: Intake): void {
  const segments = target.split(/[/\\]/);
  if (/^(?:[/\\]|[a-z]:)/i.test(target) || segments.includes("..")) throw linkEscape(path, target);
  const name = segments
    .filter((each) => each !== "" && each !== ".")
    .join("/")
    .normalize("NFC");
  const file = intake.fileAt(name);
  if (!file)
    throw corrupt(`“${printable(path)}” is a hard link to something that is not before it`);
  intake.addCopy(path, file);
}
