import type { IncomingMessage, ServerResponse } from "node:http";

/** Origins whose pages may use sessions with a token of their own; "*" for all. Never with cookies. */
export type AllowedOrigins = readonly string[];

/** Whether pages of this origin may. */
export function isAllowedOrigin(origin: string | undefined, allowed: AllowedOrigins): boolean {
  return origin !== undefined && (allowed.includes("*") || allowed.includes(origin));
}

/** Lets an allowed origin's page read the answer. */
export function allowOrigin(
  request: IncomingMessage,
  response: ServerResponse,
  allowed: AllowedOrigins,
): void {
  response.setHeader("vary", "Origin");
  const { origin } = request.headers;
  if (!origin || !isAllowedOrigin(origin, allowed)) return;
  response.setHeader("access-control-allow-origin", origin);
  response.setHeader("access-control-expose-headers", "Content-Length, Content-Disposition, ETag");
}

/** Answers the question that browsers ask first. Gives false when the request is none. */
export function answerPreflight(
  request: IncomingMessage,
  response: ServerResponse,
  allowed: AllowedOrigins,
): boolean {
  if (request.method !== "OPTIONS" || !request.headers["access-control-request-method"])
    return false;
  allowOrigin(request, response, allowed);
  if (isAllowedOrigin(request.headers.origin, allowed)) {
    response.setHeader("access-control-allow-methods", "GET, HEAD, POST, PUT, PATCH, DELETE");
    response.setHeader(
      "access-control-allow-headers",
      "Authorization, Content-Type, X-XSRFToken, If-None-Match, Range, Cache-Control",
    );
    response.setHeader("access-control-max-age", "600");
  }
  response.writeHead(204).end();
  return true;
}
