import { viewerOf } from "#lib/accounts/index.ts";
import { messageOf } from "#lib/errors.ts";
import { logger } from "#lib/log.ts";
import { adoptVisitorSessions } from "#lib/sessions/index.ts";

/** Where an answer signs somebody in, what they began as a visitor in that browser becomes theirs. */
export async function adoptAfterSignIn(request: Request, answer: Response): Promise<void> {
  const given = answer.headers.getSetCookie().map((line) => line.split(";")[0] ?? "");
  if (answer.status >= 400 || given.length === 0) return;
  try {
    // Who that is, the cookies say: those that the browser sent, with the new ones in front.
    const cookie = [...given, request.headers.get("cookie") ?? ""].join("; ");
    await adoptVisitorSessions(await viewerOf(new Headers({ cookie })));
  } catch (error) {
    // Signing in must not fail by it: this browser shows them all the same.
    logger("portal").warn({ reason: messageOf(error) }, "a visitor's sessions were not taken over");
  }
}
