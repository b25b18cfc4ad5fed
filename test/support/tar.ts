/** One entry of a tar, as right or as wrong as a test wants it. */
export interface TarPart {
  name: string;
  content?: Buffer | string;
  mode?: number;
  /** "0" file, "1" hard link, "2" symbolic link, "3" character device, "5" folder, "6" pipe, "x" pax header … */
  type?: string;
  link?: string;
  claim?: { size?: number; checksum?: number; magic?: string };
}

/** Bytes of a tar written field by field (POSIX ustar), where libraries would refuse to write what a test needs. */
export function rawTar(parts: TarPart[], options: { end?: boolean } = {}): Buffer {
  const blocks: Buffer[] = [];
  for (const part of parts) {
    const content = Buffer.from(part.content ?? "");
    const head = Buffer.alloc(512);
    head.write(part.name, 0, 100);
    head.write(`${(part.mode ?? 0o644).toString(8).padStart(7, "0")}\0`, 100);
    head.write("0000000\0", 108);
    head.write("0000000\0", 116);
    head.write(`${(part.claim?.size ?? content.length).toString(8).padStart(11, "0")}\0`, 124);
    head.write("00000000000\0", 136);
    head.write("        ", 148);
    head.write(part.type ?? "0", 156);
    head.write(part.link ?? "", 157, 100);
    head.write(part.claim?.magic ?? "ustar\0" + "00", 257);
    const sum = part.claim?.checksum ?? head.reduce((total, byte) => total + byte, 0);
    head.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    blocks.push(head, content, Buffer.alloc((512 - (content.length % 512)) % 512));
  }
  if (options.end !== false) blocks.push(Buffer.alloc(1024));
  return Buffer.concat(blocks);
}

/** A pax extended header that gives the next entry these values. */
export function paxHeader(values: Record<string, string>): TarPart {
  const records = Object.entries(values).map(([key, value]) => {
    const body = ` ${key}=${value}\n`;
    let length = Buffer.byteLength(body) + 1;
    while (String(length).length + Buffer.byteLength(body) !== length) length += 1;
    return `${length}${body}`;
  });
  return { name: "PaxHeader", type: "x", content: records.join("") };
}
