import http, { type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { config, gatewayHasWildcard } from "#lib/config.ts";
import { db } from "#lib/db/index.ts";
import { messageOf } from "#lib/errors.ts";
import { logger } from "#lib/log.ts";
import { Activity } from "./activity.ts";
import { aboutSession, absence, type Refusal, refusals, refuse, refuseUpgrade } from "./answers.ts";
import { sessionCookie } from "./cookies.ts";
import { type AllowedOrigins, allowOrigin, answerPreflight, isAllowedOrigin } from "./cors.ts";
import { isFromOwnPages, isNavigation, isOwnOrigin, prove } from "./guard.ts";
import { classifyHost, type HostKind, type ServedHosts } from "./hosts.ts";
import { GatewayMetrics } from "./metrics.ts";
import { SessionProxy } from "./proxy.ts";
import {
  readBareSessionPath,
  readSessionPath,
  type SessionPath,
  withoutToken,
} from "./request-path.ts";
import { type Route, RouteTable } from "./route-table.ts";

export interface GatewayOptions {
  /** 0 for any free one. */
  port: number;
  bind: string;
  /** Whose pages may use sessions with a token. Default: the portal's and the configured ones. */
  allowedOrigins?: AllowedOrigins;
  /** Milliseconds after which a client that takes or gives nothing is cut. Default: three minutes. */
  stallMs?: number;
}

export interface Gateway {
  port: number;
  /** Lets requests under way finish for a moment. Sessions go on without it. */
  close(): Promise<void>;
}

/** What a request to a session turned out to be. */
type Admission =
  | { route: Route; path: SessionPath; host: HostKind; proof: "header" | "query" | "cookie" }
  | { refusal: Refusal };

/** Bytes that are held for a client which is slower than its server, or the other way round. */
const heldPerConnection = 512 * 1024;
const closeGraceMs = 2_000;
const defaultStallMs = 3 * 60_000;

/** Starts the reverse proxy to sessions: HTTP and WebSocket, each guarded by its session's token. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const log = logger("gateway");
  const { url: portalUrl, gatewayUrl, corsOrigins } = config();
  const allowed = options.allowedOrigins ?? [new URL(portalUrl).origin, ...corsOrigins];
  const served = { gatewayUrl: new URL(gatewayUrl), port: options.port };
  const activity = new Activity();
  const proxy = new SessionProxy({
    portalUrl,
    stallMs: options.stallMs ?? defaultStallMs,
    onMessage: (id) => activity.note(id),
  });
  const routes = new RouteTable();
  await routes.open((id) => proxy.disconnect(id));

  const admit = async (request: IncomingMessage): Promise<Admission> => {
    const host = classifyHost(request.headers.host, served);
    if (host === null) return { refusal: refusals.host };
    const path = readSessionPath(request.url);
    if (path === null) {
      return { refusal: request.url?.startsWith("/") ? refusals.path : refusals.malformed };
    }
    if (host.kind === "session" && host.id !== path.id) return { refusal: refusals.path };
    const route = routes.get(path.id) ?? (await routes.find(path.id));
    if (typeof route === "string") return { refusal: absence(route, path.id) };
    const proof = prove(request, path, route, host);
    if (proof === null) return { refusal: aboutSession(refusals.token, path.id) };
    if (proof === "cookie" && !isFromOwnPages(request, host)) {
      return { refusal: aboutSession(refusals.foreign, path.id) };
    }
    return { route, path, host, proof };
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    metrics.follow(response);
    if (isForGateway(request, "/health", served)) return answerHealth(response, routes);
    if (isForGateway(request, "/metrics", served) && (await metrics.answer(request, response)))
      return;
    const bare = readBareSessionPath(request.url);
    if (bare !== null && classifyHost(request.headers.host, served)) {
      const query = request.url?.slice(`/s/${bare}`.length) ?? "";
      redirect(response, `/s/${bare}/${query}`);
      return;
    }
    if (readSessionPath(request.url) && classifyHost(request.headers.host, served)) {
      if (answerPreflight(request, response, allowed)) return;
    }
    const admission = await admit(request);
    if ("refusal" in admission) {
      allowOrigin(request, response, allowed);
      refuse(request, response, admission.refusal, portalUrl);
      return;
    }
    const { route, path, host, proof } = admission;
    if (isNavigation(request) && host.kind === "gateway" && gatewayHasWildcard()) {
      const own = new URL(request.url ?? "/", gatewayUrl);
      own.hostname = `${route.id}.${own.hostname}`;
      redirect(response, own.href);
      return;
    }
    if (isNavigation(request) && proof === "query") {
      response.setHeader("set-cookie", sessionCookie(route.id, route.cookieProof, host));
      redirect(response, withoutToken(path));
      return;
    }
    if (isWork(request)) activity.note(route.id);
    allowOrigin(request, response, allowed);
    request.url = withoutToken(path);
    proxy.web(request, response, route, host);
  };

  const upgrade = async (request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> => {
    const isWebSocket = /^websocket$/i.test(request.headers.upgrade ?? "");
    const hasBody = request.headers["content-length"] ?? request.headers["transfer-encoding"];
    if (!isWebSocket || request.method !== "GET" || hasBody !== undefined) {
      refuseUpgrade(socket, refusals.malformed);
      return;
    }
    const admission = await admit(request);
    const { origin } = request.headers;
    if ("refusal" in admission) {
      refuseUpgrade(socket, admission.refusal);
    } else if (origin !== undefined && !isOwnOrigin(request) && !isAllowedOrigin(origin, allowed)) {
      refuseUpgrade(socket, refusals.foreign);
    } else {
      request.url = withoutToken(admission.path);
      activity.note(admission.route.id);
      proxy.ws(request, socket, head, admission.route, admission.host);
    }
  };

  const server = http.createServer(
    {
      insecureHTTPParser: false,
      maxHeaderSize: 32 * 1024,
      headersTimeout: 20_000,
      connectionsCheckingInterval: 5_000,
      keepAlive: true,
      highWaterMark: heldPerConnection,
      requestTimeout: 0,
    },
    (request, response) => {
      answer(request, response).catch((error: unknown) => {
        log.error({ reason: messageOf(error) }, "request failed");
        if (response.headersSent) response.destroy();
        else refuse(request, response, refusals.unreachable, portalUrl);
      });
    },
  );
  const metrics = new GatewayMetrics(server, {
    sessions: () => routes.size,
    webSockets: () => proxy.sockets.size,
  });
  server.keepAliveTimeout = 75_000;
  server.on("upgrade", (request, socket: Socket, head) => {
    // A client that goes away in the middle is no reason to stop.
    socket.on("error", () => socket.destroy());
    upgrade(request, socket, head).catch((error: unknown) => {
      log.error({ reason: messageOf(error) }, "upgrade failed");
      refuseUpgrade(socket, refusals.unreachable);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.bind, resolve);
  });
  const { port } = server.address() as AddressInfo;
  served.port = port;
  log.info({ port, sessions: routes.size }, "gateway listens");

  return {
    port,
    async close() {
      routes.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      proxy.sockets.disconnect();
      const hurry = setTimeout(() => server.closeAllConnections(), closeGraceMs);
      await closed;
      clearTimeout(hurry);
      proxy.close();
      await activity.close();
    },
  };
}

/** What counts as work: whatever changes something, and opening a page. Pages that look for news do not. */
function isWork(request: IncomingMessage): boolean {
  // JupyterLab writes down its own layout each time that it has listed files, every ten seconds.
  if (/\/lab\/api\/workspaces\//.test(request.url ?? "")) return false;
  const reads =
    request.method === "GET" || request.method === "HEAD" || request.method === "OPTIONS";
  return !reads || isNavigation(request);
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(302, {
    location,
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "content-length": 0,
  });
  response.end();
}

/** Whether a request is for an address of the gateway itself. */
function isForGateway(request: IncomingMessage, path: string, served: ServedHosts): boolean {
  return request.url === path && classifyHost(request.headers.host, served)?.kind === "gateway";
}

function answerHealth(response: ServerResponse, routes: RouteTable): void {
  const send = (database: boolean) => {
    const checks = [
      { service: "gateway", ok: true, sessions: routes.size },
      { service: "database", ok: database },
    ];
    response.writeHead(database ? 200 : 503, {
      "content-type": "application/json",
      "cache-control": "no-store",
    });
    response.end(JSON.stringify({ ok: database, checks }));
  };
  db().$queryRaw`SELECT 1`.then(
    () => send(true),
    () => send(false),
  );
}
