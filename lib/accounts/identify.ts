import { randomBytes } from "node:crypto";
import { z } from "zod";
import { ColophonError } from "#lib/errors.ts";
import { auth, cookieName } from "./auth.ts";
import { isOwnOrigin, isSecure } from "./origins.ts";
import { type Role, roles } from "./roles.ts";
import { viewerOfToken } from "./tokens.ts";
import type { Viewer } from "./viewer.ts";

/** Who asks, and by which credential we know. */
export interface Identity {
  viewer: Viewer;
  by: "token" | "login" | "visitor" | "nothing";
}

/** The signed-in person, for the page's header and forms. */
export interface CurrentUser {
  id: string;
  name: string;
  email: string;
  role: Role;
}

const visitorPattern = /^[A-Za-z0-9_-]{32}$/;
const bearerPattern = /^Bearer +(\S+) *$/i;

function cookie(headers: Headers, name: string): string | null {
  for (const part of (headers.get("cookie") ?? "").split(";")) {
    const [key, ...value] = part.trim().split("=");
    if (key === name) return value.join("=");
  }
  return null;
}

function visitorOf(headers: Headers): string | null {
  const value = cookie(headers, cookieName("visitor"));
  return value !== null && visitorPattern.test(value) ? value : null;
}

const SignedIn = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role: z.enum(roles),
});

/** The person whose login cookie came with the request, or null. */
export async function currentUser(headers: Headers): Promise<CurrentUser | null> {
  // No cookie, no query: most readers have no account.
  if (cookie(headers, cookieName("login")) === null) return null;
  const login = await auth().api.getSession({ headers });
  return login ? SignedIn.parse(login.user) : null;
}

/**
 * Who asks, by Bearer token, else login cookie, else visitor cookie. A Bearer token that does not hold
 * is an error (401) and never falls back to a cookie.
 */
export async function identify(headers: Headers): Promise<Identity> {
  const authorization = headers.get("authorization");
  if (authorization !== null) {
    const bearer = bearerPattern.exec(authorization)?.[1];
    if (bearer) return { viewer: await viewerOfToken(bearer), by: "token" };
    throw new ColophonError("token_invalid", 401, "The Authorization header is not understood.", {
      hint: "Send `Authorization: Bearer <token>`.",
    });
  }
  const visitorId = visitorOf(headers);
  const user = await currentUser(headers);
  if (user) return { viewer: { userId: user.id, role: user.role, visitorId }, by: "login" };
  return {
    viewer: { userId: null, role: null, visitorId },
    by: visitorId === null ? "nothing" : "visitor",
  };
}

/** Who asks. Throws 401 `token_invalid` for a Bearer token that does not hold. */
export async function viewerOf(headers: Headers): Promise<Viewer> {
  return (await identify(headers)).viewer;
}

/**
 * Refuses (403 `cross_site`) a change that another site's page makes with a person's cookies, or that a
 * browser sends from another site at all. Tokens pass: no browser adds them by itself.
 */
export function refuseCrossSite(headers: Headers, by: Identity["by"]): void {
  const guarded = by === "login" || by === "visitor" || headers.has("sec-fetch-site");
  if (by === "token" || !guarded || isOwnOrigin(headers)) return;
  throw new ColophonError("cross_site", 403, "This request came from another site's page.", {
    hint: "Do it on the archive's own pages, or use an API token.",
  });
}

/**
 * For a browser that has no visitor id yet: a fresh one and the Set-Cookie value that keeps it for a
 * year. Null for programs (they hold the session's id) and for who has one.
 */
export function newVisitor(headers: Headers): { visitorId: string; setCookie: string } | null {
  if (!headers.has("sec-fetch-site") || headers.has("authorization")) return null;
  if (visitorOf(headers) !== null) return null;
  const visitorId = randomBytes(24).toString("base64url");
  const secure = isSecure() ? "; Secure" : "";
  const attributes = `Path=/; Max-Age=${365 * 24 * 3600}; HttpOnly; SameSite=Lax${secure}`;
  return { visitorId, setCookie: `${cookieName("visitor")}=${visitorId}; ${attributes}` };
}
