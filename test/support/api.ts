import { addresses } from "#app/api/addresses.ts";
import { config } from "#lib/config.ts";

type Method = "GET" | "POST" | "PUT" | "DELETE";

/** What a test looks at of an answer. `body` is parsed where it is JSON. */
export interface ApiAnswer<B = unknown> {
  status: number;
  headers: Headers;
  body: B;
  text: string;
}

export interface ApiRequest {
  token?: string;
  cookie?: string;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is, with `type`. */
  body?: BodyInit;
  type?: string;
  signal?: AbortSignal;
}

/** From the address `/a/{id}/{path}` and a URL's path: the parameters as Next gives them, or null. */
function match(address: string, pathname: string): Record<string, string | string[]> | null {
  const parts = address.split("/");
  const given = pathname.split("/").map(decodeURIComponent);
  const params: Record<string, string | string[]> = {};
  for (const [at, part] of parts.entries()) {
    const value = given[at];
    if (value === undefined) return null;
    if (part === "{path}" || part === "{doi}") {
      params[part.slice(1, -1)] = given.slice(at);
      return params;
    }
    if (part.startsWith("{")) params[part.slice(1, -1)] = value;
    else if (part !== value) return null;
  }
  return parts.length === given.length ? params : null;
}

/** Calls the route handler of a path as Next would, without a server between. */
export async function respond(
  method: Method,
  path: string,
  request: ApiRequest = {},
): Promise<Response> {
  const url = new URL(path, config().url);
  for (const [address, handlers] of Object.entries(addresses)) {
    const params = match(address, url.pathname);
    const handler = handlers[method];
    if (!params || !handler) continue;
    const headers = new Headers(request.headers);
    if (request.token) headers.set("authorization", `Bearer ${request.token}`);
    if (request.cookie) headers.set("cookie", request.cookie);
    const isJson = request.json !== undefined;
    if (isJson) headers.set("content-type", "application/json");
    if (request.type) headers.set("content-type", request.type);
    const body = isJson ? JSON.stringify(request.json) : request.body;
    const init: RequestInit & { duplex: "half" } = {
      method,
      headers,
      duplex: "half",
      ...(body === undefined ? {} : { body }),
      ...(request.signal ? { signal: request.signal } : {}),
    };
    return await handler(new Request(url, init), { params: Promise.resolve(params) });
  }
  throw new Error(`No route for ${method} ${url.pathname}`);
}

/** Calls a route handler and reads its whole answer. */
export async function api<B = Record<string, unknown>>(
  method: Method,
  path: string,
  request: ApiRequest = {},
): Promise<ApiAnswer<B>> {
  const response = await respond(method, path, request);
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  return {
    status: response.status,
    headers: response.headers,
    body: (isJson && text ? JSON.parse(text) : null) as B,
    text,
  };
}
