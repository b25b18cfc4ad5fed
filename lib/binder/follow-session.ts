import { systemViewer } from "#lib/accounts/index.ts";
import { ColophonError } from "#lib/errors.ts";
import { changes } from "#lib/events/index.ts";
import { getSession } from "#lib/sessions/index.ts";
import type { BinderEvent } from "./types.ts";

/** How a program reaches a session that is ready. */
interface Ready {
  url: string;
  token: string;
  session_id: string;
}

/**
 * Follows a session until its server is ready, telling what it waits for; null when the listener goes. Throws
 * `launch_failed` (500) when it fails or is ended.
 */
export async function* followSession(
  id: string,
  repoUrl: string,
  signal: AbortSignal,
): AsyncGenerator<BinderEvent, Ready | null> {
  let told = "";
  for await (const _ of changes(`session:${id}`, signal)) {
    const session = await getSession(id, systemViewer);
    const { state, message, url, token } = session;
    if (state === "ready" && url && token) return { url, token, session_id: id };
    if (state === "failed" || state === "ended" || state === "stopping") {
      throw new ColophonError(
        "launch_failed",
        500,
        session.failure?.message ?? `The session could not be started: ${message}.`,
        { hint: session.failure?.hint ?? "Start it again." },
      );
    }
    if (message === told) continue;
    told = message;
    yield session.queue
      ? {
          phase: "waiting",
          message: `Too many users running ${repoUrl}! ${message}\n`,
          session_id: id,
        }
      : { phase: "launching", message: `${message}\n`, session_id: id };
  }
  return null;
}
