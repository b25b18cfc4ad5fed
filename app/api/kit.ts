import type { Readable } from "node:stream";
import { z } from "zod";
import {
  type Identity,
  identify,
  type Role,
  refuseCrossSite,
  requireRole,
  type Viewer,
} from "#lib/accounts/index.ts";
import { badRequest, ColophonError, notFound } from "#lib/errors.ts";
import {
  contentLength,
  isKeepable,
  mediaTypeOf,
  readJson,
  readStream,
  tooLarge,
  unsupportedMediaType,
} from "./body.ts";
import { invalid, problem } from "./problem.ts";

/** A body that is streamed to where it belongs. */
export interface Upload {
  mediaType: string;
  stream: Readable;
}

/** What a route's `handle` is given: everything checked. */
export interface Call<P, Q, B> {
  params: P;
  query: Q;
  body: B;
  /** Present when the request came with one of the declaration's `uploads`. */
  upload: Upload | null;
  viewer: Viewer;
  /** By which credential the viewer is known. */
  by: Identity["by"];
  /** The address that the request came from. */
  clientAddress: string;
  /** HEAD comes here as GET does: answer without a body then. */
  method: string;
  headers: Headers;
  url: URL;
  signal: AbortSignal;
}

type Schema = z.ZodType;

/**
 * A route: what comes in, who may call, and the one call into the domain. The same declaration validates
 * requests and writes the OpenAPI document.
 */
export interface Declaration<P extends Schema, Q extends Schema, B extends Schema> {
  summary: string;
  params?: P;
  query?: Q;
  /** Schema of a JSON body. */
  body?: B;
  /** Media types of raw bodies that are streamed; with them `maxBytes`. */
  uploads?: readonly string[];
  maxBytes?: () => number;
  /** Refuses whoever has not this role or a higher one, before anything is read. */
  role?: Role;
  /** Of an answer that is not a Response of its own; 200 unless told. */
  status?: number;
  /** Other statuses that are no mistakes, each with when it is given; those from 200 hold the same. */
  also?: Record<number, string>;
  /** What the answer holds, for the document. */
  answer?: { mediaType?: string; schema?: Schema; description: string };
  handle: (call: Call<z.infer<P>, z.infer<Q>, z.infer<B>>) => Promise<unknown> | unknown;
}

export type AnyDeclaration = Omit<Declaration<Schema, Schema, Schema>, "handle">;

type Params = Record<string, string | string[] | undefined>;

/** A handler as Next calls it, carrying what it was declared with. */
export interface Handler {
  (request: Request, context: { params: Promise<Params> }): Promise<Response>;
  declaration?: AnyDeclaration;
}

const nothing = z.object({});
const changing = new Set(["POST", "PUT", "PATCH", "DELETE"]);

function check<S extends Schema>(schema: S | undefined, where: string, value: unknown): z.infer<S> {
  const result = (schema ?? nothing).safeParse(value);
  if (!result.success) throw invalid(where, result.error);
  return result.data as z.infer<S>;
}

// A parameter that is given twice is a mistake, not a choice of ours.
function queryOf(url: URL): Record<string, string> {
  const query: Record<string, string> = {};
  for (const [key, value] of url.searchParams) {
    if (Object.hasOwn(query, key)) {
      throw badRequest("request_invalid", `The query has ${key} more than once.`);
    }
    if (!isKeepable(value)) throw badRequest("request_invalid", `The query's ${key} is no text.`);
    query[key] = value;
  }
  return query;
}

function uploadOf(request: Request, accepted: readonly string[], limit: number): Upload | null {
  const mediaType = mediaTypeOf(request);
  const taken = accepted.includes("*/*") || accepted.includes(mediaType);
  if (!taken) return null;
  if ((contentLength(request) ?? 0) > limit) throw tooLarge(limit);
  return { mediaType, stream: readStream(request) };
}

// The portal's own server states it (bin/portal.ts): what a client says of itself is dropped there.
function clientAddress(headers: Headers): string {
  return headers.get("x-forwarded-for") ?? "unknown";
}

function answer(result: unknown, status: number): Response {
  if (result instanceof Response) return result;
  if (result === undefined) return new Response(null, { status: status === 200 ? 204 : status });
  return Response.json(result, { status, headers: { "cache-control": "no-store" } });
}

/** Makes a route handler of a declaration. */
export function route<
  P extends Schema = typeof nothing,
  Q extends Schema = typeof nothing,
  B extends Schema = z.ZodUndefined,
>(declaration: Declaration<P, Q, B>): Handler {
  const { uploads = [], body, maxBytes, handle, role, status = 200 } = declaration;
  const handler: Handler = async (request, context) => {
    try {
      const identity = await identify(request.headers);
      if (changing.has(request.method)) refuseCrossSite(request.headers, identity.by);
      if (role) requireRole(identity.viewer, role);
      const url = new URL(request.url);
      const params = check(declaration.params, "path", (await context.params) ?? {});
      if (
        !Object.values(params as Params)
          .flat()
          .every((part) => isKeepable(String(part)))
      ) {
        throw notFound("address");
      }
      const query = check(declaration.query, "query", queryOf(url));
      const upload = uploads.length ? uploadOf(request, uploads, maxBytes?.() ?? 0) : null;
      if (!upload && uploads.length && (!body || !mediaTypeOf(request).includes("json"))) {
        const json = body ? ["application/json"] : [];
        throw unsupportedMediaType(mediaTypeOf(request), [...json, ...uploads]);
      }
      const json = upload || !body ? undefined : await readJson(request, body);
      const call = {
        params,
        query,
        body: json as z.infer<B>,
        upload,
        viewer: identity.viewer,
        by: identity.by,
        clientAddress: clientAddress(request.headers),
        method: request.method,
        headers: request.headers,
        url,
        signal: request.signal,
      };
      return answer(await handle(call), status);
    } catch (error) {
      return problem(error, request);
    }
  };
  handler.declaration = declaration;
  return handler;
}

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
type Method = (typeof methods)[number];

/**
 * All handlers of one address, for `export const { GET, POST, PUT, PATCH, DELETE } = …`. Methods that it
 * does not have answer 405 with Allow, as a problem like every other.
 */
export function resource(
  handlers: Partial<Record<Method, Handler>>,
): Record<Method | "OPTIONS", Handler> {
  const own = methods.filter((method) => handlers[method]);
  const allow = [...own, ...(handlers.GET ? ["HEAD"] : []), "OPTIONS"].join(", ");
  const refuse: Handler = async (request) => {
    const error = new ColophonError(
      "method_not_allowed",
      405,
      `${request.method} is not possible here.`,
      { hint: `Possible: ${allow}.` },
    );
    const response = problem(error, request);
    response.headers.set("allow", allow);
    return response;
  };
  const of = (method: Method) => handlers[method] ?? refuse;
  return {
    GET: of("GET"),
    POST: of("POST"),
    PUT: of("PUT"),
    PATCH: of("PATCH"),
    DELETE: of("DELETE"),
    OPTIONS: async () => new Response(null, { status: 204, headers: { allow } }),
  };
}
