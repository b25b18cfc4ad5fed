import { crc32, deflateRawSync } from "node:zlib";

/** One entry of a zip, as right or as wrong as a test wants it. */
export interface ZipPart {
  name: string | Buffer;
  content?: Buffer | string;
  /** Unix mode, file type bits included. */
  mode?: number;
  deflate?: boolean;
  /** What the headers claim instead of the truth. */
  claim?: { size?: number; compressedSize?: number; crc?: number; flags?: number; method?: number };
  /** Points the central directory at the local header of another entry. */
  offset?: number;
}

/** Bytes of a zip written field by field (PKWARE APPNOTE 4.3), where libraries would refuse to write what a test needs. */
export function rawZip(
  parts: ZipPart[],
  options: { zip64?: boolean; entryCount?: number } = {},
): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const part of parts) {
    const name = Buffer.from(part.name);
    const content = Buffer.from(part.content ?? "");
    const data = part.deflate ? deflateRawSync(content) : content;
    const method = part.claim?.method ?? (part.deflate ? 8 : 0);
    const flags = part.claim?.flags ?? 0x800;
    const crc = part.claim?.crc ?? crc32(content);
    const size = part.claim?.size ?? content.length;
    const compressed = part.claim?.compressedSize ?? data.length;

    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(20, 4);
    head.writeUInt16LE(flags, 6);
    head.writeUInt16LE(method, 8);
    head.writeUInt32LE(crc, 14);
    head.writeUInt32LE(compressed, 18);
    head.writeUInt32LE(size, 22);
    head.writeUInt16LE(name.length, 26);
    local.push(head, name, data);

    const extra = options.zip64 ? zip64Extra(size, compressed, offset) : Buffer.alloc(0);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE((3 << 8) | 45, 4);
    entry.writeUInt16LE(20, 6);
    entry.writeUInt16LE(flags, 8);
    entry.writeUInt16LE(method, 10);
    entry.writeUInt32LE(crc, 16);
    entry.writeUInt32LE(options.zip64 ? 0xffffffff : compressed, 20);
    entry.writeUInt32LE(options.zip64 ? 0xffffffff : size, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt16LE(extra.length, 30);
    entry.writeUInt32LE(((part.mode ?? 0o100644) << 16) >>> 0, 38);
    entry.writeUInt32LE(options.zip64 ? 0xffffffff : (part.offset ?? offset), 42);
    central.push(entry, name, extra);
    offset += head.length + name.length + data.length;
  }
  const directory = Buffer.concat(central);
  const count = options.entryCount ?? parts.length;
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(count, 0xffff), 8);
  end.writeUInt16LE(Math.min(count, 0xffff), 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(options.zip64 ? 0xffffffff : offset, 16);
  const zip64 = options.zip64 || count > 0xfffe ? zip64End(count, directory.length, offset) : [];
  return Buffer.concat([...local, directory, ...zip64, end]);
}

function zip64Extra(size: number, compressed: number, offset: number): Buffer {
  const extra = Buffer.alloc(28);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(24, 2);
  extra.writeBigUInt64LE(BigInt(size), 4);
  extra.writeBigUInt64LE(BigInt(compressed), 12);
  extra.writeBigUInt64LE(BigInt(offset), 20);
  return extra;
}

function zip64End(count: number, length: number, offset: number): Buffer[] {
  const end = Buffer.alloc(56);
  end.writeUInt32LE(0x06064b50, 0);
  end.writeBigUInt64LE(44n, 4);
  end.writeBigUInt64LE(BigInt(count), 24);
  end.writeBigUInt64LE(BigInt(count), 32);
  end.writeBigUInt64LE(BigInt(length), 40);
  end.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(offset + length), 8);
  locator.writeUInt32LE(1, 16);
  return [end, locator];
}
