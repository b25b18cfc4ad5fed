import type { Viewer } from "#lib/accounts/index.ts";
import { db, type Session } from "#lib/db/index.ts";
import { ColophonError } from "#lib/errors.ts";
import { changes } from "#lib/events/index.ts";
import { logger, tenths } from "#lib/log.ts";
import { insertSession } from "./insert-sessions.ts";
import { refuseBanned } from "./refuse-banned.ts";
import { shortName } from "./state.ts";
import type { Beginning, SessionView } from "./types.ts";
import { sessionParts, viewSession } from "./view.ts";

const warmWithinMs = 400;

/**
 * Begins a session: the one way that REST, the Binder API, the live page, forks and the resuming of a workspace
 * share. A workspace whose session still lives gets that one. Throws `banned`, `no_environment`, `not_ready`,
 * `queue_full`.
 */
export async function beginSession(beginning: Beginning, viewer: Viewer): Promise<SessionView> {
  const { version, environmentKey } = await runnable(beginning.versionId);
  await refuseBanned({ version, viewer, clientAddress: beginning.clientAddress });
  const asked = performance.now();
  const versionState = version.state;
  const session = await insertSession({ beginning, viewer, versionState, environmentKey });
  const begun = performance.now();
  const [now, workspace] = await Promise.all([
    session.warm ? readyOrLate(session) : session,
    db().workspace.findUniqueOrThrow({ where: { id: session.workspaceId } }),
  ]);
  const { id, state, warm } = now;
  const ms = { beginMs: tenths(begun - asked), waitMs: tenths(performance.now() - begun) };
  logger("sessions").info({ session: shortName(id), state, warm, ...ms }, "session begun");
  return await viewSession({ ...now, version, workspace });
}

/** A warm session is ready within moments: the answer waits for it, but never long. */
async function readyOrLate(session: Session): Promise<Session> {
  const { id } = session;
  let isNews = false;
  for await (const _ of changes(`session:${id}`, AbortSignal.timeout(warmWithinMs))) {
    // It has only just been written down.
    if (isNews || session.state !== "starting") break;
    isNews = true;
  }
  return await db().session.findUniqueOrThrow({ where: { id } });
}

async function runnable(versionId: string) {
  const version = await db().version.findUniqueOrThrow({
    where: { id: versionId },
    ...sessionParts.version,
  });
  const { ingestState, environmentKey } = version;
  if (ingestState !== "ready") {
    throw new ColophonError("not_ready", 409, "The files of this draft are still being fetched.", {
      hint: "Wait until they are here, then run it.",
    });
  }
  if (environmentKey) return { version, environmentKey };
  throw new ColophonError("no_environment", 422, "No environment could be read for this version.", {
    hint: "Its page says what is wrong with the environment files.",
  });
}
