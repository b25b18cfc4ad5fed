import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { anonymousViewer, viewerOf } from "#lib/accounts/index.ts";
import { isColophonError } from "#lib/errors.ts";
import {
  assertMayReadMetrics,
  counter,
  exposition,
  gauge,
  histogram,
  isForwarded,
} from "#lib/metrics/index.ts";

/** What the gateway counts of itself; read where it is asked for, so that passing bytes costs nothing. */
interface Sources {
  sessions: () => number;
  webSockets: () => number;
}

/** Follows the gateway's server, for `/metrics`. */
export class GatewayMetrics {
  readonly #requests = counter({
    name: "colophon_gateway_requests_total",
    help: "Requests answered, by the first digit of their status.",
    labelNames: ["status"],
  });
  readonly #latency = histogram({
    name: "colophon_gateway_answer_seconds",
    help: "Time until an answer was complete.",
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60],
  });
  readonly #bytes = counter({
    name: "colophon_gateway_bytes_total",
    help: "Bytes exchanged with clients, headers and WebSockets among them.",
    labelNames: ["direction"],
  });
  readonly #figures = {
    connections: gauge({ name: "colophon_gateway_connections", help: "Connections of clients." }),
    webSockets: gauge({ name: "colophon_gateway_websockets", help: "Open WebSockets." }),
    sessions: gauge({ name: "colophon_gateway_sessions", help: "Sessions that can be reached." }),
  };
  /** Open connections, with what was counted of each already. */
  readonly #sockets = new Map<Socket, { read: number; written: number }>();
  readonly #sources: Sources;

  constructor(server: Server, sources: Sources) {
    this.#sources = sources;
    server.on("connection", (socket: Socket) => {
      this.#sockets.set(socket, { read: 0, written: 0 });
      socket.once("close", () => {
        this.#count(socket);
        this.#sockets.delete(socket);
      });
    });
  }

  /** Follows one answer. */
  follow(response: ServerResponse): void {
    const began = performance.now();
    response.once("close", () => {
      // 0: the client went away before there was an answer.
      const status = response.headersSent ? Math.floor(response.statusCode / 100) : 0;
      this.#requests.inc({ status: `${status}xx` });
      this.#latency.observe((performance.now() - began) / 1000);
    });
  }

  /** Answers `/metrics` for this machine and for administrators; gives false for all others. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    if (!(await mayRead(request))) return false;
    for (const socket of this.#sockets.keys()) this.#count(socket);
    this.#figures.connections.set(this.#sockets.size);
    this.#figures.webSockets.set(this.#sources.webSockets());
    this.#figures.sessions.set(this.#sources.sessions());
    const { contentType, text } = await exposition();
    response.writeHead(200, { "content-type": contentType, "cache-control": "no-store" });
    response.end(text);
    return true;
  }

  #count(socket: Socket): void {
    const counted = this.#sockets.get(socket);
    if (!counted) return;
    const { bytesRead, bytesWritten } = socket;
    this.#bytes.inc({ direction: "in" }, bytesRead - counted.read);
    this.#bytes.inc({ direction: "out" }, bytesWritten - counted.written);
    this.#sockets.set(socket, { read: bytesRead, written: bytesWritten });
  }
}

async function mayRead(request: IncomingMessage): Promise<boolean> {
  const { authorization } = request.headers;
  // A proxy in front is on this machine as a rule, and speaks for anybody.
  const peer = isForwarded((name) => request.headers[name])
    ? ""
    : (request.socket.remoteAddress ?? "");
  const viewer = authorization ? await viewerOf(new Headers({ authorization })) : anonymousViewer;
  try {
    assertMayReadMetrics({ peer, viewer });
    return true;
  } catch (error) {
    if (isColophonError(error)) return false;
    throw error;
  }
}
