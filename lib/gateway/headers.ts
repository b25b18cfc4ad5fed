import type { IncomingHttpHeaders } from "node:http";
import { confineCookie, cookiesForServer } from "./cookies.ts";
import { frameAncestors, withFrameAncestors } from "./framing.ts";
import type { Asked } from "./guard.ts";
import type { HostKind } from "./hosts.ts";
import type { Route } from "./route-table.ts";

// RFC 9110, 7.6.1, and those that say who speaks for whom: nobody stands between us and the server.
const notForwarded = [
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "keep-alive",
  "te",
  "trailer",
  "forwarded",
  "x-real-ip",
  "referer",
  "origin",
];

/**
 * Rewrites a request's headers for the session's server: our token out, the server's own in; no cookie of the
 * portal or of another session; nothing that belongs to this hop only.
 */
export function rewriteRequestHeaders(request: Asked, route: Route, host: HostKind): void {
  const { headers } = request;
  const isUpgrade = headers.upgrade !== undefined;
  for (const named of (headers.connection ?? "").toLowerCase().split(",")) {
    const name = named.trim();
    if (name !== "" && name !== "upgrade" && name !== "keep-alive" && name !== "close") {
      delete headers[name];
    }
  }
  if (!isUpgrade) delete headers.connection;
  for (const name of notForwarded) delete headers[name];
  for (const name of Object.keys(headers))
    if (name.startsWith("x-forwarded-")) delete headers[name];

  const cookies = cookiesForServer(headers.cookie, host);
  delete headers.cookie;
  if (cookies !== undefined) headers.cookie = cookies;
  headers.authorization = `token ${route.upstreamToken}`;
}

const notReturned = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "server",
  "set-cookie2",
  "alt-svc",
  "clear-site-data",
  "strict-transport-security",
  // Frame-ancestors says it.
  "x-frame-options",
  // Would let a session's script serve paths of other sessions.
  "service-worker-allowed",
  "access-control-allow-origin",
  "access-control-allow-credentials",
  "access-control-allow-methods",
  "access-control-allow-headers",
  "access-control-expose-headers",
];

/**
 * Rewrites what a session's server answers: its cookies stay in its path, its words bind nobody else, and who may
 * frame it is ours to say.
 */
export function rewriteResponseHeaders(
  headers: IncomingHttpHeaders,
  { id, host, portalOrigin }: { id: string; host: HostKind; portalOrigin: string },
): void {
  for (const name of notReturned) delete headers[name];
  const cookies = headers["set-cookie"]?.flatMap((cookie) => confineCookie(cookie, id, host) ?? []);
  delete headers["set-cookie"];
  if (cookies && cookies.length > 0) headers["set-cookie"] = cookies;
  headers["referrer-policy"] = "no-referrer";
  const policy = headers["content-security-policy"];
  headers["content-security-policy"] = withFrameAncestors(
    Array.isArray(policy) ? policy.join(", ") : policy,
    frameAncestors(host, portalOrigin),
  );
}
