import { guardedFetch } from "#lib/archive/index.ts";
import { ColophonError } from "#lib/errors.ts";

const answerBytes = 16 * 1024 * 1024;
const answerMs = 30_000;

/** What a provider's API answered. */
export interface Asked {
  status: number;
  headers: Record<string, string>;
  /** Where the answer came from in the end. */
  url: string;
  /** Parsed JSON; undefined where it was none. */
  json: unknown;
}

/** Asks a provider's API for JSON, under guard. Any status is an answer. Throws what `guardedFetch` throws. */
export async function ask(
  url: string,
  options: { headers?: Record<string, string>; signal?: AbortSignal | undefined } = {},
): Promise<Asked> {
  const answer = await guardedFetch(url, {
    headers: { accept: "application/json", ...options.headers },
    maxBytes: answerBytes,
    timeoutMs: answerMs,
    signal: options.signal,
  });
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer.body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return {
    status: answer.status,
    headers: answer.headers,
    url: answer.url,
    json: parse(Buffer.concat(chunks).toString("utf8")),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Anything but 200 of a provider, as a refusal that a person understands. */
export function refusal(provider: string, what: string, { status, headers }: Asked): ColophonError {
  const limited = status === 429 || (status === 403 && headers["x-ratelimit-remaining"] === "0");
  if (limited) {
    return new ColophonError(
      "source_rate_limited",
      503,
      `${provider} takes no more requests for now.`,
      { hint: "Try again later, or ask the operator to set a token." },
    );
  }
  if (status >= 500) {
    return new ColophonError("source_unreachable", 503, `${provider} answered ${status}.`, {
      hint: "Try again later.",
    });
  }
  return new ColophonError("source_not_found", 404, `${provider} has no such public ${what}.`, {
    hint: "Check the address. What is private cannot be launched.",
  });
}

/** An answer of another shape than the provider documents. */
export function odd(provider: string): ColophonError {
  return new ColophonError(
    "source_unreachable",
    503,
    `${provider} answered something unexpected.`,
    {
      hint: "Try again later.",
    },
  );
}
