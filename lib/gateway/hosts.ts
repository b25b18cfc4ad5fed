import { isSessionId } from "#lib/sessions/index.ts";

/** Which of the names that lead to the gateway a request came by. */
export type HostKind = { takesSecureCookies: boolean } & (
  | {
      /** The gateway's own: for programs, and for browsers where wildcard names do not resolve. */
      kind: "gateway";
    }
  | {
      /** A session's own origin. */
      kind: "session";
      id: string;
    }
);

/** The names that this gateway serves. */
export interface ServedHosts {
  /** Public address, as configured. */
  gatewayUrl: URL;
  /** The port that it listens on itself. */
  port: number;
}

/**
 * What a Host header leads to; null for a name that is not ours: it then comes from a page that has made
 * its own name point here, or from a wrongly configured proxy.
 */
export function classifyHost(host: string | undefined, served: ServedHosts): HostKind | null {
  if (host === undefined || !/^[a-z0-9.:[\]-]{1,255}$/i.test(host)) return null;
  const name = host.toLowerCase();
  const own = served.gatewayUrl.host.toLowerCase();
  const loopback = ["localhost", "127.0.0.1", "[::1]"].map((each) => `${each}:${served.port}`);
  const isEncrypted = served.gatewayUrl.protocol === "https:";
  if (name === own || loopback.includes(name)) {
    return { kind: "gateway", takesSecureCookies: isEncrypted && name === own };
  }
  const dot = name.indexOf(".");
  const id = name.slice(0, dot);
  const parent = name.slice(dot + 1);
  if (dot > 0 && isSessionId(id) && (parent === own || parent === `localhost:${served.port}`)) {
    // Browsers trust names below localhost as they trust TLS.
    const isLocal = /^(?:.+\.)?localhost(?::|$)/.test(parent);
    return { kind: "session", id, takesSecureCookies: isLocal || isEncrypted };
  }
  return null;
}
