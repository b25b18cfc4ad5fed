import { config } from "#lib/config.ts";

const loopback = ["localhost", "127.0.0.1", "[::1]"];

/**
 * The portal's own origins: the configured one and, where that is this machine, the other names of this
 * machine. The gateway's origin is never among them: notebooks run anybody's JavaScript there.
 */
export function ownOrigins(): string[] {
  const url = new URL(config().url);
  if (!loopback.includes(url.hostname)) return [url.origin];
  return loopback.map((host) => {
    const alias = new URL(url);
    alias.hostname = host;
    return alias.origin;
  });
}

/** Whether people reach the portal over TLS, so that its cookies may insist on it. */
export function isSecure(): boolean {
  return config().url.startsWith("https:");
}

/**
 * Whether a request that changes something may come from one of our own pages, going by what browsers
 * state and pages cannot forge. Browsers state it with every change, so a request without either header is
 * a program's, which holds its cookies on purpose.
 */
export function isOwnOrigin(headers: Headers): boolean {
  const site = headers.get("sec-fetch-site");
  if (site === "same-origin" || site === "none") return true;
  const origin = headers.get("origin");
  return origin === null ? site === null : ownOrigins().includes(origin);
}
