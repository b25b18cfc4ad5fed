import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** An answer of a provider's API, as it was recorded: status, headers and JSON, or bytes. */
export interface Recorded {
  status?: number;
  headers?: Record<string, string>;
  json?: unknown;
  bytes?: Buffer | string;
}

/** A provider at the level of HTTP. */
export interface StandIn {
  url: string;
  port: number;
  /** What it was asked, newest last: raw paths with their query. */
  requests: { path: string; headers: Record<string, string | string[] | undefined> }[];
  /** Raw path (with query, if it matters) → answer. What is not here is a 404 of `missing`. */
  answers: Map<string, Recorded>;
  close(): Promise<void>;
}

function send(response: ServerResponse, { status = 200, headers, json, bytes }: Recorded): void {
  const type = bytes === undefined ? "application/json" : "application/octet-stream";
  response.writeHead(status, { "content-type": type, ...headers });
  response.end(bytes ?? (json === undefined ? "" : JSON.stringify(json)));
}

/**
 * Serves recorded answers on loopback. An answer with an `etag` is a 304 to who has it already, as GitHub's are. `passOn`
 * gets what has no answer, for example git's own requests; it says whether it has answered.
 */
export async function standIn(
  missing: Recorded,
  passOn: (
    path: string,
    response: ServerResponse,
    request: IncomingMessage,
  ) => Promise<boolean> = async () => false,
): Promise<StandIn> {
  const requests: StandIn["requests"] = [];
  const answers: StandIn["answers"] = new Map();
  const server = createServer(async (request, response) => {
    const path = request.url ?? "/";
    requests.push({ path, headers: request.headers });
    const answer = answers.get(path) ?? answers.get(path.split("?")[0] ?? "");
    if (!answer && (await passOn(path, response, request))) return;
    const found = answer ?? { status: 404, ...missing };
    const { etag } = found.headers ?? {};
    if (etag !== undefined && request.headers["if-none-match"] === etag) {
      return response.writeHead(304, { etag }).end();
    }
    send(response, found);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    answers,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
