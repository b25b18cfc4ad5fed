import { z } from "zod";
import { adoptAfterSignIn } from "#app/api/auth/adopt.ts";
import { endingSessions } from "#app/api/auth/after-password.ts";
import { problem } from "#app/api/problem.ts";
import { auth } from "#lib/accounts/index.ts";

/** What better-auth says of a refusal; its own client reads these two, so they stay. */
const Refusal = z.object({ message: z.string(), code: z.string() });

// Errors have one shape everywhere (RFC 9457), also those that better-auth words itself.
async function refusal(response: Response, request: Request): Promise<Response> {
  const isJson = response.headers.get("content-type")?.startsWith("application/json") ?? false;
  const said = isJson ? Refusal.safeParse(await response.clone().json()) : null;
  if (!said?.success) return response;
  const { message, code } = said.data;
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  headers.set("content-type", "application/problem+json");
  const body = {
    type: `urn:colophon:problem:${code.toLowerCase()}`,
    title: "The request was refused",
    status: response.status,
    detail: message,
    message,
    code,
    instance: new URL(request.url).pathname,
  };
  return new Response(JSON.stringify(body), { status: response.status, headers });
}

// better-auth's own endpoints (sign-up, sign-in, sign-out, the present login) and its own protections.
const handle = async (request: Request): Promise<Response> => {
  try {
    const answer = await endingSessions(request, () => auth().handler(request));
    await adoptAfterSignIn(request, answer);
    const response = answer.status < 400 ? answer : await refusal(answer, request);
    response.headers.set("cache-control", "no-store");
    return response;
  } catch (error) {
    return problem(error, request);
  }
};

export { handle as GET, handle as POST };
