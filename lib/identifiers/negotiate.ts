import { type DoiFormat, doiFormats } from "./formats.ts";

/** What to answer with, and for bibliographies which style and language. */
export type NegotiatedFormat =
  | { format: "html" }
  | { format: DoiFormat; style?: string; locale?: string };

interface Range {
  type: string;
  parameters: Map<string, string>;
  quality: number;
}

/** What can be answered, most wanted by people first: the order decides between equals. */
const offers: readonly [mediaType: string, format: "html" | DoiFormat][] = [
  ["text/html", "html"],
  ...Object.entries(doiFormats).flatMap(([format, { accepts }]) =>
    accepts.map((type): [string, DoiFormat] => [type, format as DoiFormat]),
  ),
  ["application/xhtml+xml", "html"],
];

/**
 * Which format an `Accept` header asks for (RFC 9110: quality values, wildcards, the most specific range wins). No header, an
 * empty one or a wildcard mean the landing page; null means that nothing acceptable can be given: answer 406.
 */
export function negotiate(accept: string | null | undefined): NegotiatedFormat | null {
  const ranges = parseAccept(accept ?? "");
  if (ranges.length === 0) return { format: "html" };
  let best: {
    format: "html" | DoiFormat;
    quality: number;
    precision: number;
    at: number;
    range: Range;
  } | null = null;
  for (const [mediaType, format] of offers) {
    const match = mostSpecific(ranges, mediaType);
    if (!match || match.range.quality === 0) continue;
    const { range, precision, at } = match;
    const isBetter =
      best === null ||
      range.quality > best.quality ||
      // Clients that list several types without quality values mean the first that they name.
      (range.quality === best.quality && precision > best.precision) ||
      (range.quality === best.quality && precision === best.precision && at < best.at);
    if (isBetter) best = { format, quality: range.quality, precision, at, range };
  }
  if (best === null) return null;
  if (best.format !== "bibliography") return { format: best.format };
  const style = best.range.parameters.get("style");
  const locale = best.range.parameters.get("locale");
  return { format: "bibliography", ...(style && { style }), ...(locale && { locale }) };
}

function mostSpecific(
  ranges: Range[],
  mediaType: string,
): { range: Range; precision: number; at: number } | null {
  let best: { range: Range; precision: number; at: number } | null = null;
  for (const [at, range] of ranges.entries()) {
    const precision = precisionOf(range.type, mediaType);
    if (precision > 0 && (best === null || precision > best.precision)) {
      best = { range, precision, at };
    }
  }
  return best;
}

function precisionOf(range: string, mediaType: string): number {
  if (range === mediaType) return 3;
  if (range.endsWith("/*") && range !== "*/*" && mediaType.startsWith(range.slice(0, -1))) return 2;
  return range === "*/*" ? 1 : 0;
}

/** The media ranges of an Accept header; what is no media range is left out. */
export function parseAccept(header: string): Range[] {
  return splitOutsideQuotes(header.slice(0, 4_000), ",")
    .slice(0, 50)
    .flatMap((part) => {
      const [head = "", ...rest] = splitOutsideQuotes(part, ";");
      const type = head.trim().toLowerCase();
      if (!/^(?:\*\/\*|[\w!#$&^.+-]+\/(?:\*|[\w!#$&^.+-]+))$/.test(type)) return [];
      const parameters = new Map<string, string>();
      let quality = 1;
      for (const parameter of rest) {
        const [name = "", ...value] = parameter.split("=");
        const key = name.trim().toLowerCase();
        const text = unquoted(value.join("=").trim());
        if (key === "q") quality = qualityOf(text);
        else if (key !== "") parameters.set(key, text);
      }
      return [{ type, parameters, quality }];
    });
}

function qualityOf(text: string): number {
  return /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(text) ? Number(text) : 0;
}

function unquoted(text: string): string {
  const match = /^"((?:[^"\\]|\\.)*)"$/.exec(text);
  return match ? (match[1] ?? "").replace(/\\(.)/g, "$1") : text;
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "\\" && quoted) at++;
    else if (character === '"') quoted = !quoted;
    else if (character === separator && !quoted) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}
