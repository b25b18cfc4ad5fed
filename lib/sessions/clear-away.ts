import { rm } from "node:fs/promises";
import { db, type Session } from "#lib/db/index.ts";
import { logger } from "#lib/log.ts";
import { baseTree } from "./base-tree.ts";
import { engine } from "./engine.ts";
import { socketDirectory } from "./installation.ts";
import { saveLayer } from "./layer.ts";
import { removeSlotDirectory } from "./pool/index.ts";
import { rootDirectory } from "./root-directory.ts";
import { placeStates, shortName } from "./state.ts";
import type { ServerStatus } from "./types.ts";
import { releaseWorkspace, workspaceMode } from "./workspace.ts";

/**
 * Takes down a session's server and whatever it used; its workspace is kept. Gives how the server ended,
 * null when nothing was left of it. May be called again after dying anywhere.
 */
export async function clearAway(session: Session): Promise<ServerStatus | null> {
  const ref = session.engineRef ?? (await findRef(session.id));
  const before = ref === null ? null : await engine().inspect(ref);
  if (ref !== null && before !== null) {
    await engine().stop(ref);
    if ((await workspaceMode(session.workspaceId)) === "stream" && before.state !== "created") {
      await saveStreamed(session, ref);
    }
    await engine().remove(ref);
  }
  await removeSlotDirectory(session.id);
  // A later session of the same fork may already be at work in it.
  const other = await db().session.findFirst({
    where: {
      workspaceId: session.workspaceId,
      id: { not: session.id },
      state: { in: [...placeStates] },
    },
  });
  if (!other) await releaseWorkspace(session.workspaceId);
  await rm(socketDirectory(session.id), { recursive: true, force: true });
  return before;
}

async function findRef(sessionId: string): Promise<string | null> {
  const found = (await engine().list()).find((one) => one.sessionId === sessionId);
  return found?.ref ?? null;
}

/** Brings home what a streamed session has changed so far. */
export async function saveStreamed(session: Session, ref: string): Promise<void> {
  const lower = await baseTree(session.workspaceId, session.versionId);
  await saveLayer(session.workspaceId, lower, await engine().getFiles(ref, rootDirectory));
  logger("sessions").info({ session: shortName(session.id) }, "workspace saved");
}
