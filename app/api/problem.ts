import type { z } from "zod";
import { asDiskFull, ColophonError, isColophonError } from "#lib/errors.ts";
import { logger } from "#lib/log.ts";

const titles: Record<number, string> = {
  400: "Bad request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not found",
  405: "Method not allowed",
  406: "Not acceptable",
  408: "Request time-out",
  409: "Conflict",
  410: "Gone",
  411: "Length required",
  413: "Content too large",
  415: "Unsupported media type",
  416: "Range not satisfiable",
  422: "Unprocessable content",
  429: "Too many requests",
  500: "Internal error",
  501: "Not implemented",
  502: "Bad gateway",
  503: "Service unavailable",
  507: "Insufficient storage",
};

/** The request does not fit its schema: 400 `request_invalid`, naming each place. */
export function invalid(where: string, error: z.ZodError): ColophonError {
  const errors = error.issues.slice(0, 20).map((issue) => ({
    in: where,
    at: issue.path.map(String).join("."),
    message: issue.message,
  }));
  const first = errors[0];
  const place = first?.at ? `${where}, ${first.at}` : where;
  return new ColophonError(
    "request_invalid",
    400,
    `The request is not as it should be (${place}): ${first?.message ?? "invalid"}.`,
    { hint: "See /api/openapi.json for what this address takes.", details: { errors } },
  );
}

// Prisma's codes for a database that is not there; raw queries wrap the same in P2010.
function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error && "code" in error)) return false;
  const codes = ["P1001", "P1002", "P1008", "P1017", "P2024", "ECONNREFUSED", "57P01", "57P03"];
  if (codes.includes(String(error.code))) return true;
  const lost = /reach database|ECONNREFUSED|ECONNRESET|ENOENT|Connection terminated|shutting down/;
  return error.code === "P2010" && lost.test(error.message);
}

function asColophonError(error: unknown, request: Request): ColophonError {
  if (isColophonError(error)) {
    if (error.status >= 500) {
      const path = new URL(request.url).pathname;
      logger("api").error({ code: error.code, path, err: error }, "request failed");
    }
    return error;
  }
  // A client that went away is nobody's mistake.
  if (request.signal.aborted) {
    return new ColophonError("client_gone", 408, "The connection ended before the request did.");
  }
  const { pathname } = new URL(request.url);
  logger("api").error({ method: request.method, path: pathname, err: error }, "request failed");
  if (isUnreachable(error)) {
    return new ColophonError("database_unavailable", 503, "The database does not answer now.", {
      hint: "Try again in a few seconds.",
    });
  }
  return new ColophonError("internal_error", 500, "Something went wrong on our side.", {
    hint: "Try again; if it stays, tell the operator of this archive the time of this answer.",
  });
}

/**
 * Any thrown thing as application/problem+json (RFC 9457). The one place where domain errors become HTTP;
 * what is not ours is logged once and shown to nobody.
 */
export function problem(thrown: unknown, request: Request): Response {
  const error = asColophonError(asDiskFull(thrown), request);
  const { retryAfterSeconds = 5, headers: extra, ...details } = error.details ?? {};
  const body = {
    ...details,
    type: `urn:colophon:problem:${error.code}`,
    title: titles[error.status] ?? "Error",
    status: error.status,
    detail: error.message,
    code: error.code,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    instance: new URL(request.url).pathname,
  };
  const headers = new Headers({
    "content-type": "application/problem+json",
    "cache-control": "no-store",
  });
  if (error.status === 401) headers.set("www-authenticate", 'Bearer realm="Colophon"');
  if (error.status === 503) headers.set("retry-after", String(retryAfterSeconds));
  for (const [name, value] of Object.entries(extra ?? {})) headers.set(name, String(value));
  return new Response(JSON.stringify(body), { status: error.status, headers });
}
