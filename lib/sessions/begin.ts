import type { Viewer } from "#lib/accounts/index.ts";
import { db, type Session } from "#lib/db/index.ts";
import { ColophonError } from "#lib/errors.ts";
import { changes } from "#lib/events/index.ts";
import { logger, tenths } from "#lib/log.ts";
import { insertSession, type Launch } from "./insert-sessions.ts";
import { shortName } from "./state.ts";
import type { Beginning, SessionView } from "./types.ts";
import { readSurroundings, viewSession } from "./view.ts";

const warmWithinMs = 400;

/**
 * Begins a session: the one way that REST, the Binder API, the live page, forks and the resuming of a workspace
 * share. A workspace whose session still lives gets that one. Throws `no_environment`, `not_ready`, `queue_full`.
 */
export async function beginSession(beginning: Beginning, viewer: Viewer): Promise<SessionView> {
  const version = await runnable(beginning.versionId);
  const asked = performance.now();
  const session = await insertSession({ beginning, viewer, ...version });
  const begun = performance.now();
  const view = await viewWhenReady(session);
  const ms = { beginMs: tenths(begun - asked), waitMs: tenths(performance.now() - begun) };
  const { id, state, warm } = view;
  logger("sessions").info({ session: shortName(id), state, warm, ...ms }, "session begun");
  return view;
}

/** The view of a new session. A warm one is ready within moments: the answer waits for it, but never long. */
async function viewWhenReady(session: Session): Promise<SessionView> {
  const { id } = session;
  // They do not change with its state: read while it gets ready.
  const surroundings = readSurroundings(session);
  let now = session;
  for await (const _ of changes(`session:${id}`, AbortSignal.timeout(warmWithinMs))) {
    if (now.state !== "starting" || !now.warm) break;
    now = await db().session.findUniqueOrThrow({ where: { id } });
    if (now.state !== "starting" || !now.warm) break;
  }
  return await viewSession({ ...now, ...(await surroundings) });
}

async function runnable(
  versionId: string,
): Promise<Pick<Launch, "versionState" | "environmentKey">> {
  const { state, ingestState, environmentKey } = await db().version.findUniqueOrThrow({
    where: { id: versionId },
    select: { state: true, ingestState: true, environmentKey: true },
  });
  if (ingestState !== "ready") {
    throw new ColophonError("not_ready", 409, "The files of this draft are still being fetched.", {
      hint: "Wait until they are here, then run it.",
    });
  }
  if (environmentKey) return { versionState: state, environmentKey };
  throw new ColophonError("no_environment", 422, "No environment could be read for this version.", {
    hint: "Its page says what is wrong with the environment files.",
  });
}
