import { currentUser } from "#lib/accounts/index.ts";
import { endSessionsOf } from "#lib/sessions/index.ts";

/** Of better-auth: after these nobody may go on with what an earlier login gave them. */
const takingBack = ["/change-password", "/revoke-sessions", "/revoke-other-sessions"];

/**
 * Does what `request` asks for and, where that takes back every other login of a person, ends their running sessions
 * too: the tokens of these may be in the same wrong hands. What was changed in them is kept for the person.
 */
export async function endingSessions(
  request: Request,
  answer: () => Promise<Response>,
): Promise<Response> {
  const { pathname } = new URL(request.url);
  const takesBack = request.method === "POST" && takingBack.some((end) => pathname.endsWith(end));
  // Asked before: afterwards this login may be gone as well.
  const user = takesBack ? await currentUser(request.headers) : null;
  const response = await answer();
  if (user && response.ok) await endSessionsOf(user.id);
  return response;
}
