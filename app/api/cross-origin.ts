import { config } from "#lib/config.ts";

/** Lets pages of the configured origins read an answer of the Binder API. Never with cookies. */
export function allowOrigins(request: Request, headers: Headers): void {
  const { corsOrigins } = config();
  headers.set("access-control-allow-headers", "cache-control, authorization, x-xsrftoken");
  if (corsOrigins.includes("*")) {
    headers.set("access-control-allow-origin", "*");
    return;
  }
  headers.append("vary", "Origin");
  const origin = request.headers.get("origin");
  if (origin !== null && corsOrigins.includes(origin)) {
    headers.set("access-control-allow-origin", origin);
  }
}

/** Answers the question that browsers ask before a request with headers of its own. */
export function preflight(request: Request): Response {
  const headers = new Headers({
    "access-control-allow-methods": "GET, HEAD",
    "access-control-max-age": "600",
  });
  allowOrigins(request, headers);
  return new Response(null, { status: 204, headers });
}
