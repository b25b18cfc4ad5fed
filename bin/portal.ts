import { createServer } from "node:http";
import next from "next";
import { sweepStaging } from "#lib/archive/index.ts";
import { config, gatewayHasWildcard, repositoryRoot } from "#lib/config.ts";
import { keepContentLength } from "#lib/content-length.ts";
import { takeCharge } from "#lib/lifetime.ts";
import { clientAddressOf } from "#lib/limits/index.ts";
import { logger } from "#lib/log.ts";
import { refuseMalformedAddress } from "#lib/malformed-address.ts";
import { isForwarded } from "#lib/metrics/index.ts";
import { guardAnswer } from "#lib/page-policy.ts";

// The portal process: Next's production build behind a plain HTTP server.
const log = logger("portal");
const lifetime = takeCharge(log);
const { port, bind, trustedProxies, url, gatewayUrl } = config();
const addresses = { url, gatewayUrl, gatewayHasWildcard: gatewayHasWildcard() };
const server = createServer();
// An upload may take as long as it takes; headers may not.
server.requestTimeout = 0;
server.headersTimeout = 60_000;
const app = next({ dev: false, dir: repositoryRoot, hostname: bind, port });
await app.prepare();
const handle = app.getRequestHandler();
server.on("request", (request, response) => {
  // Rate limits count by address: nobody states their own. The peer alone says who may read the metrics.
  const peer = request.socket.remoteAddress ?? "";
  request.headers["x-colophon-peer"] = isForwarded((name) => request.headers[name]) ? "" : peer;
  const stated = request.headers["x-forwarded-for"];
  request.headers["x-forwarded-for"] = clientAddressOf(peer, String(stated ?? ""), trustedProxies);
  guardAnswer(request, response, addresses);
  if (refuseMalformedAddress(request, response)) return;
  keepContentLength(response);
  handle(request, response).catch((error: unknown) => {
    log.error({ err: error }, "request failed");
    if (!response.headersSent) response.writeHead(500).end();
    else response.destroy();
  });
});
await new Promise<void>((resolve, reject) => {
  server.once("error", reject);
  server.listen(port, bind, resolve);
});
lifetime.onStop("http", async () => {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  // Event streams never end by themselves; what else is under way gets three seconds.
  const cut = setTimeout(() => server.closeAllConnections(), 3_000);
  await closed;
  clearTimeout(cut);
});
log.info({ port, bind }, "listening");
// What uploads left half written when an earlier portal was killed.
const swept = await sweepStaging();
if (swept) log.info({ swept }, "removed half-written uploads");
