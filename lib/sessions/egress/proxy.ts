import http from "node:http";
import net, { type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { checkedAddresses, type Resolve } from "#lib/archive/index.ts";
import { isColophonError, messageOf } from "#lib/errors.ts";
import { logger } from "#lib/log.ts";
import { type Destination, isListed, parseAuthority, plainName } from "./allow-list.ts";

const idleMs = 120_000;
const dialMs = 20_000;
const mostConnections = 256;

/** Between two hops only, and so not passed on. Source: RFC 9110, 7.6.1. */
const hopByHop = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

interface Options {
  /** What may be reached, as `isListed` reads it. */
  list: string[];
  /** In tests: the resolver, and the address in whose place another is dialled. */
  resolve?: Resolve;
  dial?: (address: string, port: number) => Socket;
}

class Denied extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * An HTTP proxy to the listed hosts only. It resolves names itself, connects to nothing but the addresses that it has
 * checked, and to none that is private, loopback, link-local or a metadata service, whatever the list says.
 */
export function createProxy({ list, resolve, dial = dialAddress }: Options): http.Server {
  const log = logger("egress");

  async function reach(to: Destination): Promise<Socket> {
    if (!isListed(to, list)) {
      throw new Denied(403, `Sessions of this site may not reach ${to.host}:${to.port}.`);
    }
    // An empty list: what imports may fetch from the operator's own network, sessions may not.
    const addresses = await checkedAddresses(to.host, to.port, {
      allow: [],
      ...(resolve ? { resolve } : {}),
    });
    let failure: unknown;
    for (const { address } of addresses) {
      try {
        return await connected(dial(address, to.port));
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  function refusal(error: unknown, to: Destination | null): Denied {
    const denied =
      error instanceof Denied
        ? error
        : isColophonError(error)
          ? new Denied(error.code === "source_forbidden" ? 403 : 502, error.message)
          : new Denied(502, "The host does not answer.");
    log.debug({ to: to && `${to.host}:${to.port}`, reason: messageOf(error) }, "not reached");
    return denied;
  }

  const server = http.createServer((request, response) => {
    const to = requested(request);
    pass(request, response, to, reach).catch((error: unknown) => {
      const { status, message } = refusal(error, to);
      if (response.headersSent) response.destroy();
      else response.writeHead(status, { "content-type": "text/plain" }).end(`${message}\n`);
    });
  });
  server.on("connect", (request: http.IncomingMessage, client: Duplex, head: Buffer) => {
    client.on("error", () => client.destroy());
    const to = parseAuthority(request.url ?? "");
    tunnel(to, client, head, reach).catch((error: unknown) => {
      const { status, message } = refusal(error, to);
      client.end(
        `HTTP/1.1 ${status} ${http.STATUS_CODES[status]}\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n${message}\n`,
      );
    });
  });
  server.maxConnections = mostConnections;
  server.keepAliveTimeout = idleMs;
  return server;
}

type Reach = (to: Destination) => Promise<Socket>;

function dialAddress(address: string, port: number): Socket {
  return net.connect({ host: address, port });
}

function connected(socket: Socket): Promise<Socket> {
  return new Promise((resolve, reject) => {
    socket.setTimeout(dialMs, () => socket.destroy(new Error("timed out")));
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      socket.setTimeout(idleMs, () => socket.destroy());
      resolve(socket);
    });
  });
}

/** The destination of a request in absolute form; null where it has none that we could serve. */
function requested({ url = "" }: http.IncomingMessage): Destination | null {
  if (!/^http:\/\//i.test(url) || !URL.canParse(url)) return null;
  const { hostname, port } = new URL(url);
  return { host: plainName(hostname), port: Number(port || 80) };
}

async function tunnel(
  to: Destination | null,
  client: Duplex,
  head: Buffer,
  reach: Reach,
): Promise<void> {
  if (!to) throw new Denied(400, "Write CONNECT host:port.");
  const upstream = await reach(to);
  const end = () => {
    upstream.destroy();
    client.destroy();
  };
  upstream.on("error", end).on("close", end);
  client.on("close", end);
  client.write("HTTP/1.1 200 Connection established\r\n\r\n");
  upstream.write(head);
  client.pipe(upstream).pipe(client);
}

async function pass(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  to: Destination | null,
  reach: Reach,
): Promise<void> {
  if (!to) throw new Denied(400, "Ask for http://host/path; use CONNECT for everything else.");
  const socket = await reach(to);
  const { host, pathname, search } = new URL(request.url ?? "");
  const upstream = http.request({
    createConnection: () => socket,
    method: request.method,
    path: pathname + search,
    // What the name in the address says, not what the header claims: one address may serve many names.
    headers: { ...passedOn(request.headers), host },
  });
  response.on("close", () => upstream.destroy());
  const answer = await new Promise<http.IncomingMessage>((resolve, reject) => {
    upstream.on("response", resolve);
    upstream.on("error", reject);
    request.on("error", reject);
    request.pipe(upstream);
  });
  response.writeHead(answer.statusCode ?? 502, passedOn(answer.headers));
  answer.on("error", () => response.destroy());
  answer.pipe(response);
}

function passedOn(headers: http.IncomingHttpHeaders): http.OutgoingHttpHeaders {
  const named = String(headers.connection ?? "")
    .toLowerCase()
    .split(/[\s,]+/);
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !hopByHop.has(name) && !named.includes(name)),
  );
}
