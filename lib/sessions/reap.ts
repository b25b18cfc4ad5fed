import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { db, type Session } from "#lib/db/index.ts";
import { isEnoent, messageOf } from "#lib/errors.ts";
import { enqueue, type Handler } from "#lib/jobs/index.ts";
import { logger } from "#lib/log.ts";
import { saveStreamed } from "./clear-away.ts";
import { engine } from "./engine.ts";
import { runDirectory } from "./installation.ts";
import { keepWorkspace, lockWorkspace } from "./keep-workspace.ts";
import { mountsBelow, unmount } from "./mount.ts";
import { endFor, endOverdue } from "./overdue.ts";
import { removeSlotDirectory, slotDirectories } from "./pool/index.ts";
import { liveStates, placeStates, shortName } from "./state.ts";
import { whyGone } from "./why-gone.ts";
import { removeWorkspaceFiles, storedWorkspaces, workspaceMode } from "./workspace.ts";
import { mountOwner, workspacesDirectory } from "./workspace-folder.ts";

/** After this a change of state that nobody has finished is taken up again. */
const stuckMs = 60_000;
const saveEveryMs = 60_000;

const log = () => logger("reaper");

/**
 * Brings the record and the engine together: ends what is idle, overdue or gone; removes servers, mounts and
 * folders of this installation that no live session and no slot uses, and workspaces whose time is up.
 */
export const runReap: Handler<"reap"> = async (_, { signal }) => {
  await eachOf(signal, [
    endOverdue,
    resumeStuck,
    saveLive,
    sweepServers,
    sweepSlotFolders,
    sweepMounts,
    sweepRunFolders,
    dateWorkspaces,
    sweepWorkspaces,
  ]);
};

// One kind of trouble must not keep the others from being looked at.
async function eachOf(signal: AbortSignal, turns: (() => Promise<unknown>)[]): Promise<void> {
  for (const turn of turns) {
    if (signal.aborted) return;
    try {
      await turn();
    } catch (error) {
      log().warn({ turn: turn.name, reason: messageOf(error) }, "reaper's turn failed");
    }
  }
}

async function resumeStuck(): Promise<void> {
  const before = new Date(Date.now() - stuckMs);
  const stuck = await db().session.findMany({
    where: {
      OR: [
        // Who has an image only waits for a turn, which the queue sees to.
        { state: "queued", createdAt: { lt: before }, environment: { imageId: null } },
        { state: "starting", startedAt: { lt: before } },
        { state: "stopping" },
      ],
    },
  });
  for (const { id, state, endReason } of stuck) {
    // At most one job for the same session waits; the handlers tolerate a second one that runs.
    if (state === "stopping")
      await enqueue("end-session", { sessionId: id, reason: endReason ?? "" });
    else await enqueue("start-session", { sessionId: id });
  }
}

const savedAt = new Map<string, number>();

// Where files are streamed, what a session writes is on its own disk until it is brought home.
async function saveLive(): Promise<void> {
  const ready = await db().session.findMany({ where: { state: "ready" } });
  const live = new Set(ready.map(({ id }) => id));
  for (const id of savedAt.keys()) if (!live.has(id)) savedAt.delete(id);
  for (const session of ready) {
    const last = savedAt.get(session.id) ?? session.readyAt?.getTime() ?? 0;
    const isDue = session.lastActivityAt.getTime() > last && Date.now() - last > saveEveryMs;
    if (!isDue || !session.engineRef) continue;
    if ((await workspaceMode(session.workspaceId)) !== "stream") continue;
    savedAt.set(session.id, Date.now());
    await saveStreamed(session, session.engineRef);
  }
}

async function sweepServers(): Promise<void> {
  // The engine first: whatever it has by now was recorded before.
  const servers = await engine().list();
  const slots = await slotIds();
  const live = await db().session.findMany({ where: { state: { in: [...liveStates] } } });
  const byId = new Map(live.map((session) => [session.id, session]));
  for (const { ref, sessionId } of servers) {
    if (slots.has(sessionId) || byId.has(sessionId)) continue;
    log().info({ session: shortName(sessionId) }, "server without a session is removed");
    await engine().remove(ref);
  }
  const running = new Set(
    servers.filter(({ state }) => state === "running").map(({ sessionId }) => sessionId),
  );
  for (const session of live) {
    if (session.state === "ready" && !running.has(session.id)) await noteExit(session);
  }
}

/**
 * The servers that wait for a session. To be read before the sessions: a slot becomes one at a stroke, and so is in the
 * one or in the other.
 */
async function slotIds(): Promise<Set<string>> {
  return new Set((await db().slot.findMany({ select: { id: true } })).map(({ id }) => id));
}

/** Ends a ready session whose server runs no more, with the reason as far as the engine knows it. */
export async function noteExit(session: Session): Promise<void> {
  const status = session.engineRef ? await engine().inspect(session.engineRef) : null;
  if (status?.state === "running") return;
  await endFor(session, await whyGone(session, status));
}

async function sweepMounts(): Promise<void> {
  const points = await mountsBelow(workspacesDirectory());
  const used = await usedWorkspaces();
  for (const point of points) {
    const relative = path.relative(workspacesDirectory(), point);
    const [id = ""] = relative.split(path.sep);
    const owner = mountOwner(relative);
    if (owner === null ? used.has(id) : isRunning(owner)) continue;
    await unmount(point);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

async function usedWorkspaces(): Promise<Set<string>> {
  const sessions = await db().session.findMany({
    where: { state: { in: [...placeStates] } },
    select: { workspaceId: true },
  });
  return new Set(sessions.map(({ workspaceId }) => workspaceId));
}

/** Folders of slots that neither wait nor have become a session. */
async function sweepSlotFolders(): Promise<void> {
  const ids = await slotDirectories();
  const slots = await slotIds();
  const sessions = await db().session.findMany({
    where: { id: { in: ids }, state: { in: [...placeStates] } },
    select: { id: true },
  });
  const used = new Set(sessions.map(({ id }) => id));
  for (const id of ids) if (!slots.has(id) && !used.has(id)) await removeSlotDirectory(id);
}

async function sweepRunFolders(): Promise<void> {
  let names: string[];
  try {
    names = await readdir(runDirectory());
  } catch (error) {
    if (isEnoent(error)) return;
    throw error;
  }
  const slots = await slotIds();
  const live = await db().session.findMany({
    where: { id: { in: names }, state: { in: [...liveStates] } },
    select: { id: true },
  });
  const keep = new Set([...slots, ...live.map(({ id }) => id)]);
  for (const name of names) {
    if (!keep.has(name))
      await rm(path.join(runDirectory(), name), { recursive: true, force: true });
  }
}

async function sweepWorkspaces(): Promise<void> {
  const stored = await storedWorkspaces();
  const rows = await db().workspace.findMany({
    where: { id: { in: stored } },
    select: {
      id: true,
      expiresAt: true,
      version: { select: { environment: { select: { imageId: true } } } },
    },
  });
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (const id of stored) {
    const row = byId.get(id);
    if (row && !(row.expiresAt && row.expiresAt.getTime() <= Date.now() && (await giveUp(id)))) {
      continue;
    }
    await removeWorkspaceFiles(id, row?.version.environment?.imageId ?? null);
    log().info({ workspace: id }, "workspace removed");
  }
}

/** Notes that nothing is left of an expired workspace, unless somebody has just taken it up again. */
async function giveUp(id: string): Promise<boolean> {
  return await db().$transaction(async (tx) => {
    const { expiresAt } = await lockWorkspace(id, tx);
    const live = await tx.session.count({
      where: { workspaceId: id, state: { in: [...liveStates] } },
    });
    if (!expiresAt || expiresAt.getTime() > Date.now() || live > 0) return false;
    await tx.workspace.update({ where: { id }, data: { sizeBytes: 0 } });
    return true;
  });
}

/** Gives a date to workspaces that a session left without one, for example one that never became ready. */
async function dateWorkspaces(): Promise<void> {
  const undated = await db().workspace.findMany({
    where: {
      expiresAt: null,
      updatedAt: { lt: new Date(Date.now() - stuckMs) },
      sessions: { some: {}, none: { state: { in: [...liveStates] } } },
      version: { OR: [{ state: { not: "draft" } }, { binderSources: { some: {} } }] },
    },
    select: { id: true },
    take: 100,
  });
  for (const { id } of undated) await keepWorkspace(id);
}
