import { findJsonError } from "./json-error.ts";

/** A JSON object as parsed: nothing about its values is known yet. */
export type JsonObject = Record<string, unknown>;

/** Deeper than any plot library nests, shallow enough that recursive code downstream is safe. */
const maxDepth = 128;

/** Why a text could not be read as JSON, and where. */
export interface JsonFailure {
  message: string;
  place: string;
}

export type JsonReading = { value: unknown; nonFinite: boolean } | JsonFailure;

/** Whether reading failed. */
export function isFailure(reading: JsonReading): reading is JsonFailure {
  return "message" in reading;
}

/**
 * Parses JSON from a stranger: nesting is bounded and `__proto__` keys are dropped, so that copying the result is safe.
 * Python writes NaN and Infinity, which JSON does not know: they become null and `nonFinite` is true. Never throws.
 */
export function parseJson(text: string): JsonReading {
  let nonFinite = false;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const repaired = withoutNonFinite(text);
    if (repaired === null) return syntaxFailure(text);
    try {
      value = JSON.parse(repaired);
      nonFinite = true;
    } catch {
      return syntaxFailure(repaired);
    }
  }
  const tooDeep = harden(value);
  return tooDeep ?? { value, nonFinite };
}

/** Whether a value is an object and not an array or null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Drops `__proto__` keys and measures depth without recursion, as depth is what is in doubt. */
function harden(root: unknown): JsonFailure | null {
  let level: unknown[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) {
      return { message: `It nests deeper than ${maxDepth} levels.`, place: "the file" };
    }
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value !== "object" || value === null) continue;
      if (Object.hasOwn(value, "__proto__")) Reflect.deleteProperty(value, "__proto__");
      const children: unknown[] = Array.isArray(value) ? value : Object.values(value);
      for (const child of children) {
        if (typeof child === "object" && child !== null) next.push(child);
      }
    }
    level = next;
  }
  return null;
}

/** The text with bare NaN and ±Infinity replaced by null, or null when there are none. Walks strings by hand: they can be huge. */
function withoutNonFinite(text: string): string | null {
  const parts: string[] = [];
  let found = false;
  let at = 0;
  while (at < text.length) {
    const quote = text.indexOf('"', at);
    const plain = text.slice(at, quote === -1 ? text.length : quote);
    const replaced = plain.replace(/(?<![\w.])(?:NaN|-?Infinity)(?![\w.])/g, "null");
    found ||= replaced !== plain;
    parts.push(replaced);
    if (quote === -1) break;
    const end = endOfString(text, quote);
    parts.push(text.slice(quote, end));
    at = end;
  }
  return found ? parts.join("") : null;
}

function endOfString(text: string, quote: number): number {
  for (let at = quote + 1; ; at++) {
    at = text.indexOf('"', at);
    if (at === -1) return text.length;
    let slashes = 0;
    while (text[at - 1 - slashes] === "\\") slashes++;
    if (slashes % 2 === 0) return at + 1;
  }
}

function syntaxFailure(text: string): JsonFailure {
  const position = findJsonError(text);
  const before = text.slice(0, position);
  const line = before.split("\n").length;
  const column = position - before.lastIndexOf("\n");
  const what =
    position >= text.length
      ? "the file ends in the middle"
      : `${JSON.stringify(String.fromCodePoint(text.codePointAt(position) ?? 0))} does not belong here`;
  return { message: `It is not valid JSON: ${what}.`, place: `line ${line}, column ${column}` };
}
