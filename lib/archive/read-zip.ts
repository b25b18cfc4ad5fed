import type { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import { type Entry, getFileNameLowLevel, openPromise, type ZipFile } from "yauzl";
import { asDiskFull, isColophonError, messageOf } from "#lib/errors.ts";
import { tooLarge } from "./hash-to-file.ts";
import type { Intake } from "./intake.ts";
import { printable } from "./paths.ts";
import { bomb, corrupt, device, empty, tooManyEntries } from "./refusals.ts";

/** Deflate reaches 1032:1 on zeros; honest data stay far below. Small archives are not worth the suspicion. */
const maxRatio = 200;
const ratioFloor = 128 * 1024 * 1024;
/** A link's target is the content of its entry. */
const maxLinkBytes = 4_096;

const formats = { mask: 0o170000, folder: 0o040000, file: 0o100000, link: 0o120000 };

interface ZipEntry {
  entry: Entry;
  name: string;
  kind: "file" | "folder" | "link";
  executable: boolean;
}

/**
 * Takes every file of a zip on disk into the intake. The whole central directory is checked before a byte is
 * unpacked: counts, names, kinds, declared sizes, overlaps. Sizes and CRC-32 are checked while unpacking.
 */
export async function readZip(file: string, fileSize: number, intake: Intake): Promise<void> {
  let zip: ZipFile;
  try {
    zip = await openPromise(file, {
      lazyEntries: true,
      decodeStrings: false,
      validateEntrySizes: true,
      autoClose: false,
    });
  } catch (error) {
    throw corrupt(reason(error), error);
  }
  try {
    if (zip.entryCount > intake.limits.maxEntries) throw tooManyEntries(intake.limits.maxEntries);
    if (zip.entryCount === 0) throw empty();
    const entries: ZipEntry[] = [];
    for await (const entry of zip.eachEntry()) entries.push(examine(entry));
    checkSizes(entries, fileSize, intake);
    for (const entry of entries) await take(zip, entry, intake);
  } catch (thrown) {
    const error = asDiskFull(thrown);
    throw isColophonError(error) || intake.signal?.aborted ? error : corrupt(reason(error), error);
  } finally {
    zip.close();
  }
}

function reason(error: unknown): string {
  return printable(messageOf(error)).replace(/\.$/, "");
}

function examine(entry: Entry): ZipEntry {
  const name = getFileNameLowLevel(
    entry.generalPurposeBitFlag,
    entry.fileNameRaw,
    entry.extraFields,
    true,
  );
  if (entry.isEncrypted()) throw corrupt(`“${printable(name)}” is encrypted`);
  if (!entry.canDecodeFileData()) {
    throw corrupt(`“${printable(name)}” is compressed by a method other than deflate`);
  }
  const mode = entry.externalFileAttributes >>> 16;
  const format = mode & formats.mask;
  if (name.endsWith("/") || format === formats.folder) {
    return { entry, name, kind: "folder", executable: false };
  }
  if (format === formats.link) return { entry, name, kind: "link", executable: false };
  // Zips made elsewhere than on Unix leave the mode empty.
  if (format !== 0 && format !== formats.file) throw device(name);
  return { entry, name, kind: "file", executable: (mode & 0o111) !== 0 };
}

function checkSizes(entries: ZipEntry[], fileSize: number, intake: Intake): void {
  let total = 0;
  for (const { entry } of entries) total += entry.uncompressedSize;
  if (total > ratioFloor && total > fileSize * maxRatio) {
    throw bomb(`it would unpack to ${Math.round(total / fileSize)} times its size`);
  }
  if (total > intake.limits.maxBytes) throw tooLarge(intake.limits.maxBytes);
  // An entry's data begins behind its local header, whose length is at least this.
  const ranges = entries
    .map(({ entry }) => {
      const start = entry.relativeOffsetOfLocalHeader;
      return { start, end: start + 30 + entry.fileNameRaw.length + entry.compressedSize };
    })
    .sort((a, b) => a.start - b.start);
  for (const [index, range] of ranges.entries()) {
    if (range.end > fileSize) throw corrupt("an entry lies beyond its end");
    const next = ranges[index + 1];
    if (next && range.end > next.start) throw bomb("its entries overlap");
  }
}

async function take(zip: ZipFile, item: ZipEntry, intake: Intake): Promise<void> {
  const path = intake.admit(item.name);
  if (path === null) return;
  if (item.kind === "folder") {
    intake.addFolder(path);
    return;
  }
  const source = checked(await zip.openReadStreamPromise(item.entry), item);
  if (item.kind === "file") {
    await intake.addFile(path, source, item.executable);
    return;
  }
  if (item.entry.uncompressedSize > maxLinkBytes) throw corrupt("a link's target is too long");
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  intake.addLink(path, Buffer.concat(chunks).toString("utf8"));
}

async function* checked(stream: Readable, { entry, name }: ZipEntry): AsyncGenerator<Buffer> {
  let sum = 0;
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    sum = crc32(chunk, sum);
    size += chunk.byteLength;
    yield chunk;
  }
  if (size !== entry.uncompressedSize || sum !== entry.crc32) {
    throw corrupt(`“${printable(name)}” is damaged, its checksum is wrong`);
  }
}
