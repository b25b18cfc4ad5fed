import { Readable } from "node:stream";
import type { ReadableStream as NodeReadableStream } from "node:stream/web";
import type { z } from "zod";
import { badRequest, ColophonError } from "#lib/errors.ts";
import { invalid } from "./problem.ts";

const largestJson = 2 * 1024 ** 2;

/** The request's media type, lower case, without parameters; "" when it states none. */
export function mediaTypeOf(request: Request): string {
  return (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

/** What the request says its body measures, in bytes; null when it says nothing usable. */
export function contentLength(request: Request): number | null {
  const text = request.headers.get("content-length");
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** The answer to a body over its limit: 413 `too_large`. */
export function tooLarge(limit: number): ColophonError {
  return new ColophonError("too_large", 413, `The body is larger than ${limit} bytes.`, {
    hint: "Send less, or ask the operator to raise the limit.",
    details: { limit },
  });
}

/** The answer to a media type that an address does not take: 415 `media_type_unsupported`. */
export function unsupportedMediaType(given: string, accepted: readonly string[]): ColophonError {
  return new ColophonError(
    "media_type_unsupported",
    415,
    given ? `A body of ${given} is not taken here.` : "The request states no Content-Type.",
    { hint: `Send one of: ${accepted.join(", ")}.`, details: { accepted } },
  );
}

async function readBounded(request: Request, limit: number): Promise<string> {
  if ((contentLength(request) ?? 0) > limit) throw tooLarge(limit);
  if (!request.body) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch (error) {
    throw new ColophonError("json_invalid", 400, "The body is not UTF-8 text.", { cause: error });
  }
}

/** Whether the database can keep this text: no NUL, no half of a surrogate pair. */
export function isKeepable(text: string): boolean {
  return !text.includes("\0") && text.isWellFormed();
}

function isKeepableValue(value: unknown): boolean {
  if (typeof value === "string") return isKeepable(value);
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([key, one]) => isKeepable(key) && isKeepableValue(one));
}

/**
 * The request's JSON body, checked by `schema`. A body that may be absent is given as undefined to the schema.
 * Throws 415, 413, 400 `json_invalid` or 400 `request_invalid`.
 */
export async function readJson<S extends z.ZodType>(
  request: Request,
  schema: S,
): Promise<z.infer<S>> {
  const mediaType = mediaTypeOf(request);
  const isJson = mediaType === "application/json" || mediaType.endsWith("+json");
  if (!isJson && (mediaType !== "" || request.body !== null)) {
    throw unsupportedMediaType(mediaType, ["application/json"]);
  }
  const text = await readBounded(request, largestJson);
  let value: unknown;
  if (text.trim() !== "") {
    try {
      value = JSON.parse(text);
    } catch (error) {
      const reason = error instanceof Error ? error.message : "";
      throw badRequest("json_invalid", `The body is not JSON: ${reason}`);
    }
  }
  // Only escapes can spell what the database cannot keep: most bodies need no second look.
  if (/\\u(?:0000|d[89a-f])/i.test(text) && !isKeepableValue(value)) {
    throw badRequest("request_invalid", "The body has text with NUL or broken Unicode.");
  }
  const result = schema.safeParse(value);
  if (!result.success) throw invalid("body", result.error);
  return result.data;
}

/** The request's body as a stream with back-pressure, never held in memory. Throws 400 when there is none. */
export function readStream(request: Request): Readable {
  if (!request.body) throw badRequest("body_missing", "The request has no body.");
  // The DOM's and Node's declarations of the one and same class differ.
  return Readable.fromWeb(request.body as NodeReadableStream<Uint8Array>, {
    signal: request.signal,
  });
}
