import { problem } from "#app/api/problem.ts";
import { auth } from "#lib/accounts/index.ts";

// better-auth's own endpoints (sign-up, sign-in, sign-out, the present login) and its own protections.
const handle = async (request: Request): Promise<Response> => {
  try {
    const response = await auth().handler(request);
    response.headers.set("cache-control", "no-store");
    return response;
  } catch (error) {
    return problem(error, request);
  }
};

export { handle as GET, handle as POST };
