import http, { type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { createProxyServer, type ProxyServer } from "http-proxy-3";
import { messageOf } from "#lib/errors.ts";
import { logger } from "#lib/log.ts";
import { aboutSession, refusals, refuseUpgrade } from "./answers.ts";
import { FrameWatcher } from "./frames.ts";
import type { Route } from "./route-table.ts";
import type { Flow, Stalls } from "./stalls.ts";

/**
 * Passes WebSockets on to sessions' servers. Each direction is piped: a slow reader stops its writer, and what is
 * held meanwhile is a few chunks.
 */
export class WebSockets {
  readonly #proxy: ProxyServer = createProxyServer({ xfwd: false });
  readonly #routes = new WeakMap<IncomingMessage, Route>();
  /** Open ones by session: they end with it. */
  readonly #open = new Map<string, Set<Socket>>();
  readonly #onMessage: (id: string) => void;
  readonly #stalls: Stalls;

  constructor(options: { stalls: Stalls; onMessage: (id: string) => void }) {
    this.#onMessage = options.onMessage;
    this.#stalls = options.stalls;
    this.#proxy.on("error", (error, request, response) => {
      const id = this.#routes.get(request)?.id ?? "";
      const reason = messageOf(error);
      logger("gateway").debug({ session: id.slice(0, 8), reason }, "server did not answer");
      if (!(response instanceof http.ServerResponse)) {
        refuseUpgrade(response, aboutSession(refusals.unreachable, id));
      }
    });
    this.#proxy.on("proxyReqWs", (upstream, request, socket) => {
      const route = this.#routes.get(request);
      if (!route) return;
      upstream.on("response", (answer) => onlyHandshake(answer.headers));
      upstream.on("upgrade", (answer, server: Socket) => {
        onlyHandshake(answer.headers);
        this.#join(route.id, socket, server, saysWork(request));
      });
    });
  }

  /** How many are open. */
  get size(): number {
    let count = 0;
    for (const sockets of this.#open.values()) count += sockets.size;
    return count;
  }

  /** Passes one on. It must have been found to be allowed, and its headers rewritten. */
  pass(request: IncomingMessage, socket: Socket, head: Buffer, route: Route): void {
    const { address } = route;
    this.#routes.set(request, route);
    this.#proxy.ws(request, socket, head, {
      target:
        address.kind === "unix"
          ? { host: "localhost", port: 80, socketPath: address.path }
          : { host: address.host, port: address.port },
    });
  }

  /** Ends those of a session, or all. */
  disconnect(id?: string): void {
    for (const [session, sockets] of this.#open) {
      if (id === undefined || id === session) for (const socket of sockets) socket.destroy();
    }
  }

  #join(id: string, client: Socket, server: Socket, countsAsWork: boolean): void {
    const sockets = this.#open.get(id) ?? new Set();
    this.#open.set(id, sockets.add(client));
    for (const each of countsAsWork ? [client, server] : []) {
      const frames = new FrameWatcher();
      each.on("data", (chunk: Buffer) => {
        if (frames.sawMessage(chunk)) this.#onMessage(id);
      });
    }
    const flow: Flow = {
      isHeldUp: () => client.writableNeedDrain,
      progress: () => client.bytesWritten - client.writableLength,
      cut: () => client.destroy(),
    };
    this.#stalls.watch(flow);
    client.on("close", () => {
      this.#stalls.forget(flow);
      // A server that waits for this reader would wait for ever.
      server.destroySoon();
      sockets.delete(client);
      if (sockets.size === 0) this.#open.delete(id);
    });
    server.on("error", () => client.destroy());
  }
}

/** Whether messages mean that somebody works: what a server reports of its own doing is told of mere reading, too. */
function saysWork({ url }: IncomingMessage): boolean {
  return !/\/api\/events\/subscribe(?:\?|$)/.test(url ?? "");
}

const handshake = /^(?:connection|upgrade|sec-websocket-.*|content-(?:type|length))$/;

/** Leaves the headers that make a WebSocket: a cookie set here would escape the session's path. */
function onlyHandshake(headers: IncomingHttpHeaders): void {
  for (const name of Object.keys(headers)) if (!handshake.test(name)) delete headers[name];
}
