import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { cookieProof, upstreamToken } from "#lib/sessions/index.ts";
import type { SessionPath } from "./request-path.ts";

/** The part of a request that is judged. */
export interface Asked {
  method?: string | undefined;
  headers: IncomingHttpHeaders;
}

/** How a request proved that it may reach a session. */
export type Proof = "header" | "query" | "cookie";

/** Name of the cookie that the gateway sets after the first hop. */
export function cookieName(id: string): string {
  return `colophon-session-${id}`;
}

/** Compares secrets in a time that does not depend on where they differ. */
export function equals(given: string, expected: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** The cookies of a request, in order, names and values as they came. */
export function readCookies(header: string | undefined): [name: string, value: string][] {
  return (header ?? "").split(";").flatMap((pair) => {
    const at = pair.indexOf("=");
    return at < 1
      ? []
      : [[pair.slice(0, at).trim(), pair.slice(at + 1).trim()] as [string, string]];
  });
}

/**
 * How a request shows this session's token; null when it does not. A wrong one in a stronger place is not
 * made good by a right one in a weaker place.
 */
export function prove(request: Asked, { id, query }: SessionPath, token: string): Proof | null {
  const { authorization, cookie } = request.headers;
  if (authorization !== undefined) {
    const given = /^(?:token|bearer)\s+(\S+)\s*$/i.exec(authorization)?.[1] ?? "";
    if (equals(given, token)) return "header";
    // JupyterLab's pages send the token that their own server knows. It proves nothing here: their cookie must.
    if (!equals(given, upstreamToken(token))) return null;
  }
  const fromQuery = query.getAll("token");
  if (fromQuery.length > 1) return null;
  if (fromQuery[0] !== undefined) {
    if (equals(fromQuery[0], token)) return "query";
    if (!equals(fromQuery[0], upstreamToken(token))) return null;
  }
  const expected = cookieProof(token);
  const name = cookieName(id);
  const mine = readCookies(cookie).filter(([each]) => each === name);
  return mine.some(([, value]) => equals(value, expected)) ? "cookie" : null;
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
 * with what other sites' pages ask for, a neighbouring session's among them.
 */
export function isFromOwnPages(request: Asked): boolean {
  const { origin } = request.headers;
  if (origin !== undefined && !isOwnOrigin(request)) return false;
  const site = request.headers["sec-fetch-site"];
  if (site === undefined || site === "same-origin" || site === "none") return true;
  return isNavigation(request) && request.headers["sec-fetch-dest"] === "document";
}
