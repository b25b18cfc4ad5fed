import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

/** Where the portal and the gateway are reached. */
export interface Addresses {
  url: string;
  gatewayUrl: string;
  /** Whether sessions have origins of their own below the gateway's host. */
  gatewayHasWildcard: boolean;
}

/** Origins of the sessions as a policy's sources: the gateway's own and every name below it. */
function sessionOrigins({ gatewayUrl, gatewayHasWildcard }: Addresses, scheme: string): string[] {
  const { host } = new URL(gatewayUrl);
  return gatewayHasWildcard
    ? [`${scheme}//${host}`, `${scheme}//*.${host}`]
    : [`${scheme}//${host}`];
}

/**
 * The Content-Security-Policy of the portal's pages. Only scripts with the answer's own nonce run, and what those load:
 * not 'self', because strangers' files are served from this origin too.
 */
export function contentPolicy(nonce: string, addresses: Addresses): string {
  const { protocol } = new URL(addresses.gatewayUrl);
  const http = sessionOrigins(addresses, protocol);
  const webSocket = sessionOrigins(addresses, protocol === "https:" ? "wss:" : "ws:");
  return [
    "default-src 'self'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'`,
    // React's style attributes (the height of a frame) and KaTeX's are inline; whole style sheets need the nonce.
    `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "media-src 'self' data: blob:",
    // A live page talks to its session's kernel.
    `connect-src 'self' ${[...http, ...webSocket].join(" ")}`,
    // Outputs, and JupyterLab on a session's page. It also holds where a framed output may lead its own frame.
    `frame-src 'self' ${http.join(" ")}`,
    "worker-src 'none'",
    "frame-ancestors 'self'",
    "base-uri 'self'",
    "form-action 'self'",
    "object-src 'none'",
  ].join("; ");
}

const denied = [
  "accelerometer",
  "autoplay",
  "camera",
  "display-capture",
  "encrypted-media",
  "geolocation",
  "gyroscope",
  "hid",
  "idle-detection",
  "local-fonts",
  "magnetometer",
  "microphone",
  "midi",
  "payment",
  "picture-in-picture",
  "publickey-credentials-create",
  "publickey-credentials-get",
  "screen-wake-lock",
  "serial",
  "storage-access",
  "usb",
  "window-management",
  "xr-spatial-tracking",
];
/** What the page and the JupyterLab that it frames use: copying, and filling the screen. */
const used = ["clipboard-read", "clipboard-write", "fullscreen"];

/** The Permissions-Policy of the portal's pages. */
export function permissionsPolicy(addresses: Addresses): string {
  const { protocol } = new URL(addresses.gatewayUrl);
  const sessions = sessionOrigins(addresses, protocol).map((origin) => `"${origin}"`);
  return [
    ...denied.map((feature) => `${feature}=()`),
    ...used.map((feature) => `${feature}=(self ${sessions.join(" ")})`),
  ].join(", ");
}

/** Headers of every answer of the portal that does not depend on a nonce. */
export function steadyHeaders(addresses: Addresses): Record<string, string> {
  return {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": permissionsPolicy(addresses),
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "SAMEORIGIN",
    ...(addresses.url.startsWith("https:")
      ? { "Strict-Transport-Security": "max-age=31536000" }
      : {}),
  };
}

/**
 * Gives an answer of the portal its security headers when its head is written; one that states a policy of its own
 * (outputs, raw files, figures) keeps it. The nonce goes to Next in the request's header of the same name, where Next
 * looks for it: a proxy file would do the same, but makes Next hold request bodies in memory.
 */
export function guardAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  addresses: Addresses,
): void {
  const policy = contentPolicy(randomBytes(16).toString("base64"), addresses);
  request.headers["content-security-policy"] = policy;
  delete request.headers["content-security-policy-report-only"];
  const stated = { ...steadyHeaders(addresses), "Content-Security-Policy": policy };
  const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse;
  response.writeHead = (...args: unknown[]) => {
    const last = args.at(-1);
    const given = typeof last === "object" && last !== null ? Object.keys(last) : [];
    const own = new Set(given.map((name) => name.toLowerCase()));
    for (const [name, value] of Object.entries(stated)) {
      if (!response.hasHeader(name) && !own.has(name.toLowerCase()))
        response.setHeader(name, value);
    }
    return writeHead(...args);
  };
}
