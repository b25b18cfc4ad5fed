import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { messageOf } from "#lib/errors.ts";
import { logger } from "#lib/log.ts";
import { aboutSession, refusals, refuse } from "./answers.ts";
import { Compressed, cacheControl, encodingFor, isAsset } from "./assets.ts";
import { type BodyChange, forward } from "./forward.ts";
import { isLabInFrame, withFrameStorage } from "./frame-storage.ts";
import { rewriteRequestHeaders, rewriteResponseHeaders } from "./headers.ts";
import type { HostKind } from "./hosts.ts";
import type { Route } from "./route-table.ts";
import { Stalls } from "./stalls.ts";
import { Upstreams } from "./upstreams.ts";
import { WebSockets } from "./web-sockets.ts";

const largestPage = 1024 ** 2;

/** Passes requests and WebSockets on to sessions' servers. */
export class SessionProxy {
  readonly #portal: { url: string; origin: string };
  readonly #upstreams = new Upstreams();
  readonly #compressed = new Compressed();
  readonly #stalls: Stalls;
  readonly sockets: WebSockets;

  /** A client that holds its answer or upload up for `stallMs` without taking or giving a byte is cut. */
  constructor(options: { portalUrl: string; stallMs: number; onMessage: (id: string) => void }) {
    const { portalUrl, stallMs, onMessage } = options;
    this.#portal = { url: portalUrl, origin: new URL(portalUrl).origin };
    this.#stalls = new Stalls(stallMs);
    this.sockets = new WebSockets({ stalls: this.#stalls, onMessage });
  }

  /** Passes a request on. It must have been found to be allowed. */
  web(request: IncomingMessage, response: ServerResponse, route: Route, host: HostKind): void {
    const { headers } = request;
    const accepted = headers["accept-encoding"];
    const [path = ""] = (request.url ?? "").split("?");
    const inFrame = isLabInFrame(path, headers["sec-fetch-dest"]);
    rewriteRequestHeaders(request, route, host);
    if (inFrame) {
      headers["accept-encoding"] = "identity";
      delete headers["if-none-match"];
    }
    const begin = (status: number, answered: IncomingHttpHeaders): BodyChange | undefined => {
      rewriteResponseHeaders(answered, {
        id: route.id,
        host,
        portalOrigin: this.#portal.origin,
      });
      if (answered.vary !== undefined) answered.vary = `${answered.vary}, Origin`;
      if (request.method !== "GET") return undefined;
      if (inFrame && isSmallPage(answered)) {
        return (body) => {
          // Not the page that its server would recognise by this.
          delete answered.etag;
          send(response, status, answered, withFrameStorage(body));
        };
      }
      if (!isAsset(path)) return undefined;
      const control =
        status === 200 || status === 304 ? cacheControl(request.url ?? "") : undefined;
      if (control !== undefined) {
        answered["cache-control"] = control;
        delete answered.expires;
      }
      answered.vary = "Accept-Encoding, Origin";
      const encoding = encodingFor(accepted, status, answered);
      if (encoding === undefined) return undefined;
      return (body) => {
        this.#compressed.of(body, encoding).then(
          (smaller) => {
            answered["content-encoding"] = encoding;
            if (answered.etag) answered.etag = `W/${answered.etag.replace(/^W\//, "")}`;
            delete answered["accept-ranges"];
            send(response, status, answered, smaller);
          },
          (error: unknown) => {
            logger("gateway").warn({ reason: messageOf(error) }, "an asset was not compressed");
            send(response, status, answered, body);
          },
        );
      };
    };
    const fail = (error: Error) => {
      const session = route.id.slice(0, 8);
      logger("gateway").debug({ session, reason: messageOf(error) }, "server did not answer");
      if (response.headersSent) response.destroy();
      else
        refuse(request, response, aboutSession(refusals.unreachable, route.id), this.#portal.url);
    };
    forward(request, response, this.#upstreams.to(route), {
      answering: { begin, fail },
      stalls: this.#stalls,
    });
  }

  /** The same for a WebSocket. */
  ws(request: IncomingMessage, socket: Socket, head: Buffer, route: Route, host: HostKind): void {
    rewriteRequestHeaders(request, route, host);
    this.sockets.pass(request, socket, head, route);
  }

  /** Ends what is under way with a session, or with all. */
  disconnect(id?: string): void {
    this.sockets.disconnect(id);
    this.#upstreams.discard(id);
  }

  close(): void {
    this.disconnect();
    this.#stalls.close();
  }
}

function isSmallPage(headers: IncomingHttpHeaders): boolean {
  return (
    /^text\/html\b/i.test(headers["content-type"] ?? "") &&
    headers["content-encoding"] === undefined &&
    Number(headers["content-length"]) <= largestPage
  );
}

function send(
  response: ServerResponse,
  status: number,
  headers: IncomingHttpHeaders,
  body: Buffer,
): void {
  if (response.destroyed) return;
  delete headers["transfer-encoding"];
  headers["content-length"] = String(body.length);
  response.writeHead(status, headers);
  response.end(body);
}
