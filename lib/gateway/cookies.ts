import type { HostKind } from "./hosts.ts";

/** Names of cookies that are the portal's or the gateway's business and no session's. */
const reserved = /^(?:colophon|__host-|__secure-|better-auth)/i;

/** The cookies of a request, in order, names and values as they came. */
export function readCookies(header: string | undefined): [name: string, value: string][] {
  if (header === undefined) return [];
  return header.split(";").flatMap((pair) => {
    const at = pair.indexOf("=");
    return at < 1
      ? []
      : [[pair.slice(0, at).trim(), pair.slice(at + 1).trim()] as [string, string]];
  });
}

/**
 * Whether cookies of this host can be bound to the origin and to the page that frames it. That takes a name
 * that no other session shares, and Secure cookies.
 */
function isPartitioned(host: HostKind): boolean {
  return host.kind === "session" && host.takesSecureCookies;
}

/** Name of the cookie that the gateway sets after the first hop. */
export function cookieName(id: string, host: HostKind): string {
  return isPartitioned(host) ? "__Host-colophon-session" : `colophon-session-${id}`;
}

/**
 * The cookie that stands for the token after the first hop. On a session's own origin it works inside the
 * portal's page where third-party cookies are blocked (Partitioned), and no other session can set it (__Host-).
 */
export function sessionCookie(id: string, proof: string, host: HostKind): string {
  const attributes = isPartitioned(host)
    ? "Path=/; HttpOnly; Secure; SameSite=None; Partitioned"
    : `Path=/s/${id}/; HttpOnly; SameSite=Lax${host.takesSecureCookies ? "; Secure" : ""}`;
  return `${cookieName(id, host)}=${proof}; ${attributes}`;
}

/** The cookies of a request that its session's server may see, as a header; undefined where there are none. */
export function cookiesForServer(header: string | undefined, host: HostKind): string | undefined {
  // The gateway's own name is shared with the portal's cookies, which know no ports, and with other sessions'.
  const kept = readCookies(header).filter(([name]) =>
    host.kind === "session" ? !reserved.test(name) : name === "_xsrf",
  );
  return kept.length > 0 ? kept.map(([name, value]) => `${name}=${value}`).join("; ") : undefined;
}

/**
 * A cookie of a session's server, bound to the session's path, and kept in the portal's frame where the gateway's
 * own is; null for a name that is not its to set.
 */
export function confineCookie(cookie: string, id: string, host: HostKind): string | null {
  const [pair = "", ...attributes] = cookie.split(";").map((part) => part.trim());
  if (reserved.test(pair) || !pair.includes("=")) return null;
  const replaced = isPartitioned(host)
    ? /^(?:domain|path|samesite|secure|partitioned)\s*(?:=|$)/i
    : /^(?:domain|path)\s*(?:=|$)/i;
  const kept = attributes.filter((each) => !replaced.test(each));
  const framed = isPartitioned(host) ? ["Secure", "SameSite=None", "Partitioned"] : [];
  return [pair, ...kept, `Path=/s/${id}/`, ...framed].join("; ");
}
