import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { afterAll } from "vitest";
import { respond } from "./api.ts";

type Method = Parameters<typeof respond>[0];

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value === "string") headers[name] = value;
  }
  const hasBody = request.method === "POST" || request.method === "PUT";
  const made = await respond(request.method as Method, request.url ?? "/", {
    headers,
    signal: gone.signal,
    ...(hasBody ? { body: Readable.toWeb(request) as ReadableStream<Uint8Array> } : {}),
  });
  response.writeHead(made.status, Object.fromEntries(made.headers));
  if (made.body) await pipeline(Readable.from(made.body), response);
  else response.end();
}

/** The API's route handlers behind a real HTTP server, without Next's build. Gives its address. */
export async function testPortal(): Promise<string> {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
