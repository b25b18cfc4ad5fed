const block = 512;
const encoder = new TextEncoder();

/** A file to pack: its path inside the archive and its content, which is read only when the archive is sent. */
export interface TarEntry {
  path: string;
  file: Blob;
}

function octal(value: number, length: number): string {
  return `${Math.floor(value)
    .toString(8)
    .padStart(length - 1, "0")}\0`;
}

/** One ustar header (POSIX.1-1988): name and fields as octal text, with the sum of its own bytes. */
function header(name: Uint8Array, size: number, type: "0" | "x"): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(block);
  const put = (at: number, text: string) => bytes.set(encoder.encode(text), at);
  bytes.set(name.subarray(0, 100), 0);
  put(100, octal(0o644, 8));
  put(108, octal(0, 8));
  put(116, octal(0, 8));
  put(124, octal(Math.min(size, 0o77777777777), 12));
  put(136, octal(0, 12));
  put(148, "        ");
  put(156, type);
  put(257, "ustar\x0000");
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  put(148, `${sum.toString(8).padStart(6, "0")}\0 `);
  return bytes;
}

/** One record of a pax header (POSIX.1-2001): its own length in decimal counts itself. */
function paxRecord(key: string, value: string): Uint8Array {
  const rest = encoder.encode(` ${key}=${value}\n`).length;
  let length = rest + 1;
  while (String(length).length + rest !== length) length = String(length).length + rest;
  return encoder.encode(`${length} ${key}=${value}\n`);
}

function padding(size: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array((block - (size % block)) % block);
}

/** Names that ustar cannot say (long, not ASCII) and sizes past 8 GiB go into a pax header before the entry. */
function paxParts(path: Uint8Array, name: string, size: number): Uint8Array<ArrayBuffer>[] {
  const records: Uint8Array[] = [];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII begins with them
  if (path.length > 100 || !/^[\x00-\x7f]*$/.test(name)) records.push(paxRecord("path", name));
  if (size > 0o77777777777) records.push(paxRecord("size", String(size)));
  if (records.length === 0) return [];
  const body = new Uint8Array(records.reduce((total, record) => total + record.length, 0));
  let at = 0;
  for (const record of records) {
    body.set(record, at);
    at += record.length;
  }
  return [header(encoder.encode("PaxHeader"), body.length, "x"), body, padding(body.length)];
}

/** Files as one tar archive. Nothing is read: the Blob names the files, and the browser reads them while it sends. */
export function tarOf(entries: TarEntry[]): Blob {
  const parts: BlobPart[] = [];
  for (const { path, file } of entries) {
    const name = encoder.encode(path);
    parts.push(...paxParts(name, path, file.size));
    parts.push(header(name, file.size, "0"), file, padding(file.size));
  }
  parts.push(new Uint8Array(2 * block));
  return new Blob(parts, { type: "application/x-tar" });
}
