import { allowOrigins, preflight } from "#app/api/cross-origin.ts";
import { problem } from "#app/api/problem.ts";
import { launch } from "#lib/binder/index.ts";
import { ColophonError } from "#lib/errors.ts";
import { admit } from "../admit.ts";
import { binderStream, refusedStream } from "../binder-stream.ts";

/**
 * `GET /build/<provider>/<spec>`: launches a repository and tells how it goes, as BinderHub does. What is wrong is an
 * event too, in an answer of status 200: an EventSource sees nothing else.
 */
export async function GET(request: Request): Promise<Response> {
  const headers = new Headers();
  allowOrigins(request, headers);
  if (!acceptsEvents(request)) return notAcceptable(request, headers);
  const url = new URL(request.url);
  const rawPath = url.pathname.replace(/^\/build\//, "");
  try {
    const { viewer, clientAddress } = await admit(request, rawPath, headers);
    const buildOnly = /^true$/i.test(url.searchParams.get("build_only") ?? "");
    return binderStream(request.signal, headers, (signal) =>
      launch({ rawPath, viewer, clientAddress, buildOnly }, signal),
    );
  } catch (error) {
    return refusedStream(headers, error);
  }
}

export { preflight as OPTIONS };

// Programs send */*. A page that is opened or fetched ahead must not launch anything.
function acceptsEvents(request: Request): boolean {
  const accept = request.headers.get("accept");
  if (accept === null || /text\/event-stream/i.test(accept)) return true;
  return accept.includes("*/*") && !/text\/html/i.test(accept);
}

function notAcceptable(request: Request, headers: Headers): Response {
  const refused = problem(
    new ColophonError("not_acceptable", 406, "This address answers with a stream of events.", {
      hint: "Accept text/event-stream, or open the same address with /v2/ in place of /build/.",
    }),
    request,
  );
  for (const [name, value] of headers) refused.headers.set(name, value);
  return refused;
}
