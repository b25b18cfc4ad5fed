import type { IncomingMessage, ServerResponse } from "node:http";

function isAddress(path: string): boolean {
  try {
    // The database holds no NUL, so nothing has one in its address.
    return !decodeURIComponent(path).includes("\0");
  } catch (error) {
    if (error instanceof URIError) return false;
    throw error;
  }
}

/**
 * Answers a request whose path has percent signs that encode no text, or NUL: 400 `address_malformed`, as a problem
 * (RFC 9457). Next answers those with a bare 500. For the portal's HTTP server, before Next sees it; gives
 * whether it has answered.
 */
export function refuseMalformedAddress(
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  const [path = ""] = (request.url ?? "").split("?");
  if (isAddress(path)) return false;
  const problem = {
    type: "urn:colophon:problem:address_malformed",
    title: "Bad request",
    status: 400,
    detail: "The address has a percent sign that encodes no text.",
    code: "address_malformed",
    hint: "Write % as %25 and other characters as their UTF-8 bytes.",
  };
  response.writeHead(400, {
    "content-type": "application/problem+json",
    "cache-control": "no-store",
  });
  response.end(JSON.stringify(problem));
  return true;
}
