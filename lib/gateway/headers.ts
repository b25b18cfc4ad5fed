import type { IncomingHttpHeaders } from "node:http";
import { type Asked, cookieName, readCookies } from "./guard.ts";
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

/** Names of cookies that are the portal's or the gateway's business and no session's. */
const reserved = /^(?:colophon|__host-|__secure-|better-auth)/i;

/**
 * Rewrites a request's headers for the session's server: our token out, the server's own in; no cookie of the
 * portal or of another session; nothing that belongs to this hop only.
 */
export function rewriteRequestHeaders(request: Asked, route: Route, isOwnOrigin: boolean): void {
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

  // The gateway's own name is shared with the portal's cookies, which know no ports, and with other sessions'.
  const kept = readCookies(headers.cookie).filter(([name]) =>
    isOwnOrigin ? !reserved.test(name) : name === "_xsrf",
  );
  delete headers.cookie;
  if (kept.length > 0) headers.cookie = kept.map(([name, value]) => `${name}=${value}`).join("; ");
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
  // Would let a session's script serve paths of other sessions.
  "service-worker-allowed",
  "access-control-allow-origin",
  "access-control-allow-credentials",
  "access-control-allow-methods",
  "access-control-allow-headers",
  "access-control-expose-headers",
];

/** Rewrites what a session's server answers: its cookies stay in its path, its words bind nobody else. */
export function rewriteResponseHeaders(headers: IncomingHttpHeaders, id: string): void {
  for (const name of notReturned) delete headers[name];
  const cookies = headers["set-cookie"]?.flatMap((cookie) => confineCookie(cookie, id) ?? []);
  delete headers["set-cookie"];
  if (cookies && cookies.length > 0) headers["set-cookie"] = cookies;
  headers["referrer-policy"] = "no-referrer";
}

/** A cookie of a session's server, bound to the session's path; null for a name that is not its to set. */
export function confineCookie(cookie: string, id: string): string | null {
  const [pair = "", ...attributes] = cookie.split(";").map((part) => part.trim());
  if (reserved.test(pair) || !pair.includes("=")) return null;
  const kept = attributes.filter((each) => !/^(?:domain|path)\s*(?:=|$)/i.test(each));
  return [pair, ...kept, `Path=/s/${id}/`].join("; ");
}

/** The cookie that stands for the token after the first hop. */
export function sessionCookie(id: string, proof: string, isSecure: boolean): string {
  const attributes = `Path=/s/${id}/; HttpOnly; SameSite=Lax${isSecure ? "; Secure" : ""}`;
  return `${cookieName(id)}=${proof}; ${attributes}`;
}
