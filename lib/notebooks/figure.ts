import type { Notebook, Output } from "./types.ts";

/** An image taken out of a notebook. */
export interface Figure {
  mediaType: string;
  bytes: Uint8Array;
}

/** In order of preference where an output offers several. */
const imageTypes = ["image/png", "image/jpeg", "image/svg+xml", "image/webp", "image/gif"];
const maxBytes = 20 * 1024 ** 2;

/**
 * The image that a card shows for the notebook: the first one among the outputs that is large enough and not a strip, else the
 * largest; null where there is none. Sizes come from the file headers alone: no decoder sees a stranger's image here.
 */
export function firstFigure(notebook: Notebook): Figure | null {
  let best: { figure: Figure; area: number } | null = null;
  for (const cell of notebook.cells) {
    if (cell.cell_type !== "code") continue;
    for (const output of cell.outputs) {
      const figure = imageOf(output);
      const size = figure && imageSize(figure);
      if (!figure || !size) continue;
      const ratio = size.width / size.height;
      if (size.width >= 240 && size.height >= 150 && ratio > 0.4 && ratio < 4) return figure;
      const area = size.width * size.height;
      if (area >= 48 * 48 && (best === null || area > best.area)) best = { figure, area };
    }
  }
  return best?.figure ?? null;
}

function imageOf(output: Output): Figure | null {
  if (output.output_type !== "display_data" && output.output_type !== "execute_result") return null;
  for (const mediaType of imageTypes) {
    const content = Object.hasOwn(output.data, mediaType) ? output.data[mediaType] : undefined;
    if (typeof content !== "string" || content.length > maxBytes) continue;
    const bytes =
      mediaType === "image/svg+xml" ? Buffer.from(content) : Buffer.from(content, "base64");
    if (bytes.length > 0) return { mediaType, bytes };
  }
  return null;
}

/** Width and height in pixels as the file's header says; null where the bytes are not such an image. */
export function imageSize({ mediaType, bytes }: Figure): { width: number; height: number } | null {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = readSize(mediaType, data);
  return size && size.width > 0 && size.height > 0 ? size : null;
}

function readSize(mediaType: string, data: Buffer): { width: number; height: number } | null {
  switch (mediaType) {
    case "image/png":
      if (data.length < 24 || data.readUInt32BE(0) !== 0x89504e47) return null;
      return { width: data.readUInt32BE(16), height: data.readUInt32BE(20) };
    case "image/gif":
      if (data.length < 10 || !/^GIF8[79]a/.test(data.toString("latin1", 0, 6))) return null;
      return { width: data.readUInt16LE(6), height: data.readUInt16LE(8) };
    case "image/jpeg":
      return jpegSize(data);
    case "image/webp":
      return webpSize(data);
    case "image/svg+xml":
      return svgSize(data.toString("utf8", 0, 4_000));
    default:
      return null;
  }
}

/** Walks the segments up to the start of frame, which holds the size. */
function jpegSize(data: Buffer): { width: number; height: number } | null {
  if (data.length < 4 || data.readUInt16BE(0) !== 0xffd8) return null;
  let at = 2;
  while (at + 9 < data.length) {
    if (data[at] !== 0xff) return null;
    const marker = data[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { height: data.readUInt16BE(at + 5), width: data.readUInt16BE(at + 7) };
    at += 2 + data.readUInt16BE(at + 2);
  }
  return null;
}

function webpSize(data: Buffer): { width: number; height: number } | null {
  if (data.length < 30 || data.toString("latin1", 8, 12) !== "WEBP") return null;
  switch (data.toString("latin1", 12, 16)) {
    case "VP8X":
      return { width: 1 + data.readUIntLE(24, 3), height: 1 + data.readUIntLE(27, 3) };
    case "VP8 ":
      return { width: data.readUInt16LE(26) & 0x3fff, height: data.readUInt16LE(28) & 0x3fff };
    case "VP8L": {
      const bits = data.readUInt32LE(21);
      return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
    }
    default:
      return null;
  }
}

function svgSize(head: string): { width: number; height: number } | null {
  const tag = /<svg\b[^>]{0,2000}>/i.exec(head)?.[0];
  if (!tag) return null;
  const width = Number(/\swidth\s*=\s*["'](\d+(?:\.\d+)?)(?:px|pt)?["']/i.exec(tag)?.[1]);
  const height = Number(/\sheight\s*=\s*["'](\d+(?:\.\d+)?)(?:px|pt)?["']/i.exec(tag)?.[1]);
  if (width > 0 && height > 0) return { width, height };
  const box = /\sviewBox\s*=\s*["']([^"']{1,100})["']/i
    .exec(tag)?.[1]
    ?.trim()
    .split(/[\s,]+/);
  const [, , boxWidth, boxHeight] = (box ?? []).map(Number);
  if (!boxWidth || !boxHeight) return null;
  // A drawing without a size of its own scales to any: count it as large.
  const scale = 600 / boxWidth;
  return { width: 600, height: boxHeight * scale };
}
