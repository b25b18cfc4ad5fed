import http, { type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { createProxyServer, type ProxyServer } from "http-proxy-3";
import { messageOf } from "#lib/errors.ts";
import { logger } from "#lib/log.ts";
import { aboutSession, refusals, refuse, refuseUpgrade } from "./answers.ts";
import { FrameWatcher } from "./frames.ts";
import { rewriteRequestHeaders, rewriteResponseHeaders } from "./headers.ts";
import type { HostKind } from "./hosts.ts";
import type { Route } from "./route-table.ts";

const noAnswerMs = 10 * 60_000;

/** Passes requests and WebSockets on to sessions' servers, streaming both ways. */
export class SessionProxy {
  readonly #agent = new http.Agent({ keepAlive: true, keepAliveMsecs: 10_000, maxFreeSockets: 16 });
  readonly #proxy: ProxyServer;
  readonly #passed = new WeakMap<IncomingMessage, { route: Route; host: HostKind }>();
  /** Open WebSockets by session: they end with it. */
  readonly #sockets = new Map<string, Set<Socket>>();
  readonly #onMessage: (id: string) => void;

  constructor(options: { portalUrl: string; onMessage: (id: string) => void }) {
    this.#onMessage = options.onMessage;
    this.#proxy = createProxyServer({ proxyTimeout: noAnswerMs, xfwd: false });
    const portalOrigin = new URL(options.portalUrl).origin;
    this.#proxy.on("proxyRes", (answer, request) => {
      const passed = this.#passed.get(request);
      if (!passed) return;
      const { route, host } = passed;
      rewriteResponseHeaders(answer.headers, { id: route.id, host, portalOrigin });
    });
    this.#proxy.on("error", (error, request, response) => {
      const id = this.#passed.get(request)?.route.id ?? "";
      const reason = messageOf(error);
      logger("gateway").debug({ session: id.slice(0, 8), reason }, "server did not answer");
      const refusal = aboutSession(refusals.unreachable, id);
      if (!(response instanceof http.ServerResponse)) refuseUpgrade(response, refusal);
      else if (response.headersSent) response.destroy();
      else refuse(request, response, refusal, options.portalUrl);
    });
    this.#proxy.on("proxyReqWs", (upstream, request, socket) => {
      const route = this.#passed.get(request)?.route;
      if (!route) return;
      upstream.on("upgrade", (_answer, upstreamSocket: Socket) => {
        this.#watch(route.id, socket);
        this.#watch(route.id, upstreamSocket);
      });
    });
  }

  /** Passes a request on. It must have been found to be allowed. */
  web(request: IncomingMessage, response: ServerResponse, route: Route, host: HostKind): void {
    this.#passed.set(request, { route, host });
    rewriteRequestHeaders(request, route, host);
    this.#proxy.web(request, response, { target: target(route), agent: this.#agent });
  }

  /** The same for a WebSocket. */
  ws(request: IncomingMessage, socket: Socket, head: Buffer, route: Route, host: HostKind): void {
    this.#passed.set(request, { route, host });
    rewriteRequestHeaders(request, route, host);
    this.#proxy.ws(request, socket, head, { target: target(route) });
  }

  /** Ends the WebSockets of a session, or of all. */
  disconnect(id?: string): void {
    for (const [session, sockets] of this.#sockets) {
      if (id === undefined || id === session) for (const socket of sockets) socket.destroy();
    }
  }

  close(): void {
    this.disconnect();
    this.#agent.destroy();
  }

  #watch(id: string, socket: Socket): void {
    const sockets = this.#sockets.get(id) ?? new Set();
    this.#sockets.set(id, sockets.add(socket));
    const frames = new FrameWatcher();
    socket.on("data", (chunk: Buffer) => {
      if (frames.sawMessage(chunk)) this.#onMessage(id);
    });
    socket.on("close", () => {
      sockets.delete(socket);
      if (sockets.size === 0) this.#sockets.delete(id);
    });
  }
}

function target({ address }: Route) {
  return address.kind === "unix"
    ? { host: "localhost", port: 80, socketPath: address.path }
    : { host: address.host, port: address.port };
}
