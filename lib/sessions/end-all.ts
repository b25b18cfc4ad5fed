import { rm } from "node:fs/promises";
import { db } from "#lib/db/index.ts";
import { messageOf } from "#lib/errors.ts";
import { logger } from "#lib/log.ts";
import { removeNetwork } from "./docker-network.ts";
import { beginEnd, type EndReason } from "./end-session.ts";
import { engine } from "./engine.ts";
import { runDirectory } from "./installation.ts";
import { mountsBelow, unmount } from "./mount.ts";
import { removeSlotsDirectory } from "./pool/index.ts";
import { finishSession } from "./run-end.ts";
import { liveStates } from "./state.ts";
import { workspacesDirectory } from "./workspace-folder.ts";

/** Ends every session and every slot here and now, for the shutdown: afterwards no server, mount or socket of ours is left. */
export async function endAllSessions(reason: EndReason): Promise<void> {
  const log = logger("sessions");
  const live = await db().session.findMany({ where: { state: { in: [...liveStates] } } });
  const ends = live.map(async (session) => {
    await beginEnd(session, reason);
    await finishSession(session.id);
  });
  for (const outcome of await Promise.allSettled(ends)) {
    if (outcome.status === "rejected") {
      log.error({ reason: messageOf(outcome.reason) }, "a session did not end in order");
    }
  }
  await db().slot.deleteMany();
  try {
    for (const { ref } of await engine().list()) await engine().remove(ref);
    await removeNetwork();
  } finally {
    // Where the engine does not answer, this machine's part is undone all the same.
    await removeSlotsDirectory();
    for (const point of await mountsBelow(workspacesDirectory())) await unmount(point);
    await rm(runDirectory(), { recursive: true, force: true });
  }
}
