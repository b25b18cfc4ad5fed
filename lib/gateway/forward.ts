import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { Dispatcher } from "undici";
import type { Flow, Stalls } from "./stalls.ts";

/** What becomes of an answer before it goes on to the client. */
export interface Answering {
  /** Rewrites the headers. May give a function that takes the whole body, when it was chosen to be held back. */
  begin(status: number, headers: IncomingHttpHeaders): BodyChange | undefined;
  /** The server did not answer, or stopped in the middle. */
  fail(error: Error): void;
}

/** Changes a whole body, which is known to be small, and sends the answer itself. */
export type BodyChange = (body: Buffer) => void;

/**
 * Passes a request on to a session's server and its answer back, streaming both ways: the slower side sets the
 * pace, and no more than a few chunks are held. Headers must have been rewritten.
 *
 * Plain HTTP does not go through http-proxy-3, which remains for WebSockets: on top of node:http's client it costs
 * more processor time for each request than this does (`npm run bench -- gateway` compares with configurable-http-proxy).
 */
export function forward(
  request: IncomingMessage,
  response: ServerResponse,
  upstream: Dispatcher,
  { answering, stalls }: { answering: Answering; stalls: Stalls },
): void {
  const { headers } = request;
  const hasBody =
    headers["transfer-encoding"] !== undefined || Number(headers["content-length"]) > 0;
  const { socket } = request;
  const flow: Flow = {
    isHeldUp: () =>
      response.writableNeedDrain || (hasBody && !request.complete && !request.isPaused()),
    progress: () => socket.bytesRead + socket.bytesWritten - socket.writableLength,
    cut: () => response.destroy(),
  };
  stalls.watch(flow);

  let held: { chunks: Buffer[]; change: BodyChange } | undefined;
  let isOver = false;
  const over = () => {
    isOver = true;
    stalls.forget(flow);
  };
  upstream.dispatch(
    {
      path: request.url ?? "/",
      method: request.method ?? "GET",
      headers: sendable(headers),
      body: hasBody ? request : null,
    },
    {
      onRequestStart(controller) {
        if (response.destroyed) return controller.abort(new Error("the client has gone"));
        response.once("close", () => {
          stalls.forget(flow);
          if (!isOver) controller.abort(new Error("the client has gone"));
        });
        response.on("drain", () => controller.resume());
      },
      onResponseStart(_controller, status, answered, statusMessage) {
        if (status < 200) return;
        normalise(answered);
        const change = answering.begin(status, answered);
        if (change) {
          held = { chunks: [], change };
          return;
        }
        // Node's server frames the body itself.
        delete answered["transfer-encoding"];
        response.writeHead(status, statusMessage ?? "", answered);
      },
      onResponseData(controller, chunk) {
        if (held) held.chunks.push(chunk);
        else if (!response.write(chunk)) controller.pause();
      },
      onResponseEnd() {
        over();
        if (held) held.change(Buffer.concat(held.chunks));
        else response.end();
      },
      onResponseError(_controller, error) {
        over();
        if (!response.destroyed) answering.fail(error);
      },
    },
  );
}

/** Headers in the form that node:http gives them: one text each, cookies as a list. */
function normalise(headers: Record<string, string | string[] | undefined>): void {
  for (const [name, value] of Object.entries(headers)) {
    if (name === "set-cookie") headers[name] = [value ?? []].flat();
    else if (Array.isArray(value)) headers[name] = value.join(", ");
  }
}

/** Headers as undici takes them: it says itself how the body is framed. */
function sendable(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const { "transfer-encoding": _framing, expect: _expect, upgrade: _upgrade, ...rest } = headers;
  if (_framing !== undefined) delete rest["content-length"];
  return rest;
}
