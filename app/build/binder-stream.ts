import type { BinderEvent } from "#lib/binder/index.ts";
import { ColophonError, isColophonError } from "#lib/errors.ts";
import { logger } from "#lib/log.ts";

const keepAliveMs = 25_000;
const encoder = new TextEncoder();

/** How long an EventSource that does not understand `failed` is asked to wait before it comes back. */
const retryAfterFailureMs = 60_000;

function line(event: BinderEvent): Uint8Array<ArrayBuffer> {
  const wait = event.phase === "failed" ? `retry: ${retryAfterFailureMs}\n` : "";
  return encoder.encode(`${wait}data: ${JSON.stringify(event)}\n\n`);
}

/** Any thrown thing as the last event of a stream: what an EventSource gets to see instead of an HTTP status. */
export function failedEvent(thrown: unknown): BinderEvent {
  const known = isColophonError(thrown);
  if (!known || thrown.status >= 500) {
    logger("binder").error({ err: thrown }, "launch failed");
  }
  const error = known
    ? thrown
    : new ColophonError("internal_error", 500, "Something went wrong on our side.", {
        hint: "Try again; if it stays, tell the operator of this archive.",
      });
  return {
    phase: "failed",
    status_code: error.status,
    message: `${[error.message, error.hint].filter(Boolean).join(" ")}\n`,
    ...(error.hint ? { hint: error.hint } : {}),
  };
}

/**
 * An event stream as BinderHub's: `data:` lines, a comment every 25 seconds, and errors as a last event in an answer
 * of status 200. The client sets the pace; the source ends with it.
 */
export function binderStream(
  requestSignal: AbortSignal,
  headers: Headers,
  source: (signal: AbortSignal) => AsyncGenerator<BinderEvent>,
): Response {
  const gone = new AbortController();
  const signal = AbortSignal.any([requestSignal, gone.signal]);
  const events = source(signal);
  let keepAlive: NodeJS.Timeout | undefined;
  const finish = () => clearInterval(keepAlive);
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      keepAlive = setInterval(() => {
        if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(":keepalive\n\n"));
      }, keepAliveMs);
      signal.addEventListener("abort", finish);
    },
    async pull(controller) {
      try {
        const { done, value } = await events.next();
        if (!done) {
          controller.enqueue(line(value));
          return;
        }
      } catch (error) {
        if (!signal.aborted) controller.enqueue(line(failedEvent(error)));
      }
      finish();
      if (!gone.signal.aborted) controller.close();
    },
    async cancel() {
      finish();
      gone.abort();
      // Lets the launch put away what it began, also when it waits at a `yield`.
      await events.return(undefined);
    },
  });
  return new Response(stream, { headers: streamHeaders(headers) });
}

/** The same for what is refused before anything begins: one last event. */
export function refusedStream(headers: Headers, error: unknown): Response {
  return new Response(line(failedEvent(error)), { headers: streamHeaders(headers) });
}

function streamHeaders(headers: Headers): Headers {
  headers.set("content-type", "text/event-stream");
  headers.set("cache-control", "no-cache");
  headers.set("x-accel-buffering", "no");
  return headers;
}
