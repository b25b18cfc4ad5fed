import type { LookupAddress } from "node:dns";
import { type Readable, Transform } from "node:stream";
import { Agent, request } from "undici";
import { config } from "#lib/config.ts";
import { ColophonError, isColophonError, messageOf } from "#lib/errors.ts";
import { checkedAddresses, type Resolve } from "./addresses.ts";
import { tooLarge } from "./hash-to-file.ts";

const maxRedirects = 8;
const redirects = new Set([301, 302, 303, 307, 308]);

export interface GuardedRequest {
  method?: "GET" | "HEAD" | "POST";
  headers?: Record<string, string>;
  body?: string;
  /** Largest answer, in bytes, once decoded. */
  maxBytes: number;
  /** Milliseconds for all of it, redirects and body. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  /** Hosts that may be private; the operator's list unless told. */
  allow?: string[];
  resolve?: Resolve;
}

export interface GuardedResponse {
  status: number;
  /** Lower-case names. */
  headers: Record<string, string>;
  /** Where it came from in the end. */
  url: string;
  /** Ends with `archive_too_large` beyond `maxBytes`. To be read or destroyed. */
  body: Readable;
}

/**
 * Fetches what a stranger named, over http or https. Each host on the way, redirects included, is resolved and its
 * addresses checked, and the connection is made to a checked address only. Size and time are bounded; credentials of
 * the request stay with its first origin. Any HTTP status is an answer. Throws `source_forbidden`,
 * `source_unreachable`, `source_redirects`, `source_timeout` (422).
 */
export async function guardedFetch(url: string, options: GuardedRequest): Promise<GuardedResponse> {
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const signal = options.signal ? AbortSignal.any([timeout, options.signal]) : timeout;
  let current = webUrl(url);
  let { method = "GET", headers = {}, body } = options;
  for (let hop = 0; hop <= maxRedirects; hop += 1) {
    const response = await once(current, { method, headers, body }, options, signal, timeout);
    const location = response.headers.location;
    if (!redirects.has(response.status) || location === undefined) return response;
    response.body.destroy();
    const next = webUrl(location, current);
    if (next.origin !== current.origin) headers = withoutCredentials(headers);
    if (response.status === 303 || (method === "POST" && response.status < 303)) {
      method = "GET";
      body = undefined;
    }
    current = next;
  }
  throw new ColophonError(
    "source_redirects",
    422,
    "The address leads from one to the next endlessly.",
    {
      hint: "Give the address that it finally leads to.",
    },
  );
}

/** An http or https URL without credentials. Throws `source_invalid` (422). */
export function webUrl(text: string, base?: URL): URL {
  const url = URL.canParse(text, base) ? new URL(text, base) : null;
  const usable =
    url &&
    (url.protocol === "https:" || url.protocol === "http:") &&
    !url.username &&
    !url.password;
  if (usable) return url;
  throw new ColophonError(
    "source_invalid",
    422,
    "This is not an address that can be fetched from.",
    {
      hint: "Give an http or https address without a user name or password in it.",
    },
  );
}

/** The port that a URL means. */
export function portOf(url: URL): number {
  if (url.port) return Number(url.port);
  return { "https:": 443, "http:": 80, "ssh:": 22, "git:": 9418 }[url.protocol] ?? 0;
}

function withoutCredentials(headers: Record<string, string>): Record<string, string> {
  const secret = new Set(["authorization", "cookie", "proxy-authorization"]);
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !secret.has(name.toLowerCase())),
  );
}

interface Sent {
  method: "GET" | "HEAD" | "POST";
  headers: Record<string, string>;
  body: string | undefined;
}

async function once(
  url: URL,
  sent: Sent,
  options: GuardedRequest,
  signal: AbortSignal,
  timeout: AbortSignal,
): Promise<GuardedResponse> {
  const { allow = config().fetchAllow, maxBytes } = options;
  const addresses = await checkedAddresses(url.hostname, portOf(url), {
    allow,
    ...(options.resolve ? { resolve: options.resolve } : {}),
  });
  const dispatcher = new Agent({
    connect: { lookup: pinned(addresses), timeout: 15_000 },
    headersTimeout: options.timeoutMs,
    bodyTimeout: options.timeoutMs,
    pipelining: 0,
  });
  try {
    const answer = await request(url, {
      method: sent.method,
      headers: { "user-agent": "colophon", "accept-encoding": "identity", ...sent.headers },
      body: sent.body ?? null,
      signal,
      dispatcher,
    });
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(answer.headers)) {
      if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
    }
    const body = bounded(answer.body, maxBytes, (error) => explained(error, url, timeout));
    body.once("close", () => void dispatcher.destroy());
    return { status: answer.statusCode, headers, url: url.href, body };
  } catch (error) {
    await dispatcher.destroy();
    throw explained(error, url, timeout);
  }
}

/** A DNS lookup that knows one answer. */
function pinned(addresses: LookupAddress[]) {
  return (
    _host: string,
    { all }: { all?: boolean | undefined },
    done: (error: Error | null, address: string | LookupAddress[], family?: number) => void,
  ) => {
    const [first] = addresses;
    if (all) done(null, addresses);
    else done(null, first?.address ?? "", first?.family ?? 4);
  };
}

// Counts what passes, and lets go of the connection however the reader ends.
function bounded(
  source: Readable,
  maxBytes: number,
  explain: (error: unknown) => unknown,
): Readable {
  let size = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.byteLength;
      done(size > maxBytes ? tooLarge(maxBytes) : null, chunk);
    },
  });
  // Whoever reads meets the error; a stream that nobody reads yet must not bring the process down.
  counted.on("error", () => source.destroy());
  counted.once("close", () => source.destroy());
  source.once("error", (error) => {
    const reason = explain(error);
    counted.destroy(reason instanceof Error ? reason : new Error(messageOf(reason)));
  });
  source.pipe(counted);
  return counted;
}

function explained(error: unknown, url: URL, timeout: AbortSignal): unknown {
  if (isColophonError(error)) return error;
  if (timeout.aborted) {
    return new ColophonError("source_timeout", 422, `“${url.hostname}” took too long to answer.`, {
      hint: "Try again later.",
      cause: error,
    });
  }
  if (error instanceof Error && error.name === "AbortError") return error;
  return new ColophonError(
    "source_unreachable",
    422,
    `“${url.hostname}” could not be reached: ${messageOf(error)}.`,
    { hint: "Check the address, or try again later.", cause: error },
  );
}
