import type { ServerResponse } from "node:http";

/**
 * Next drops Content-Length from route handlers' answers, and with it what clients that read a file in parts
 * and people who wait for a download go by. A handler states it under this name instead.
 */
export const lengthHeader = "x-colophon-length";

/**
 * Turns a length that a handler stated into Content-Length when the head of the answer is written. For the
 * portal's HTTP server, on every response, before Next sees it.
 */
export function keepContentLength(response: ServerResponse): void {
  const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse;
  response.writeHead = (...args: unknown[]) => {
    const length = response.getHeader(lengthHeader);
    if (length !== undefined) {
      response.removeHeader(lengthHeader);
      // What was compressed meanwhile is of another length.
      if (!response.hasHeader("content-encoding"))
        response.setHeader("content-length", String(length));
    }
    return writeHead(...args);
  };
}
