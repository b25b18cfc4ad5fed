import { timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { cookieName, readCookies } from "./cookies.ts";
import type { HostKind } from "./hosts.ts";
import type { SessionPath } from "./request-path.ts";

/** The part of a request that is judged. */
export interface Asked {
  method?: string | undefined;
  headers: IncomingHttpHeaders;
}

/** How a request proved that it may reach a session. */
export type Proof = "header" | "query" | "cookie";

/** What opens a session, each form computed once for all its requests. */
export interface SessionKeys {
  /** What people and programs hold. */
  token: string;
  /** What its own server wants to see. */
  upstreamToken: string;
  /** What a browser's cookie holds. */
  cookieProof: string;
}

/** Compares secrets in a time that does not depend on where they differ. Their length is no secret. */
export function equals(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * How a request shows this session's token; null when it does not. A wrong one in a stronger place is not
 * made good by a right one in a weaker place.
 */
export function prove(
  request: Asked,
  { id, query }: SessionPath,
  { token, upstreamToken, cookieProof }: SessionKeys,
  host: HostKind,
): Proof | null {
  const { authorization, cookie } = request.headers;
  if (authorization !== undefined) {
    const given = /^(?:token|bearer)\s+(\S+)\s*$/i.exec(authorization)?.[1] ?? "";
    if (equals(given, token)) return "header";
    // JupyterLab's pages send the token that their own server knows. It proves nothing here: their cookie must.
    if (!equals(given, upstreamToken)) return null;
  }
  const fromQuery = query.getAll("token");
  if (fromQuery.length > 1) return null;
  if (fromQuery[0] !== undefined) {
    if (equals(fromQuery[0], token)) return "query";
    if (!equals(fromQuery[0], upstreamToken)) return null;
  }
  const name = cookieName(id, host);
  const mine = readCookies(cookie).filter(([each]) => each === name);
  return mine.some(([, value]) => equals(value, cookieProof)) ? "cookie" : null;
}

/** Whether this request is a browser's, going to show a page. */
export function isNavigation(request: Asked): boolean {
  if (request.method !== "GET" && request.method !== "HEAD") return false;
  const mode = request.headers["sec-fetch-mode"];
  if (mode !== undefined) return mode === "navigate";
  return /text\/html/.test(request.headers.accept ?? "");
}

/** Whether an Origin header names the very origin that the request went to. */
export function isOwnOrigin(request: Asked): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined || host === undefined || !URL.canParse(origin)) return false;
  return new URL(origin).host === host.toLowerCase();
}

/**
 * Whether a request that shows but a cookie comes from the session's own pages: browsers send cookies along
 * with what other sites' pages ask for, a neighbouring session's among them. On its own origin a session may
 * be opened in a frame too: browsers do not say whose page it is in, but show it in the portal's alone
 * (frame-ancestors).
 */
export function isFromOwnPages(request: Asked, host: HostKind): boolean {
  const { origin } = request.headers;
  if (origin !== undefined && !isOwnOrigin(request)) return false;
  const site = request.headers["sec-fetch-site"];
  if (site === undefined || site === "same-origin" || site === "none") return true;
  if (!isNavigation(request)) return false;
  const shownIn = request.headers["sec-fetch-dest"];
  return shownIn === "document" || (shownIn === "iframe" && host.kind === "session");
}
