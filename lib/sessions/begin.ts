import type { Viewer } from "#lib/accounts/index.ts";
import { atMost } from "#lib/at-most.ts";
import { type Database, db, type Prisma, type Session, type VersionState } from "#lib/db/index.ts";
import { ColophonError } from "#lib/errors.ts";
import { changes, publishEvent } from "#lib/events/index.ts";
import { enqueue } from "#lib/jobs/index.ts";
import { logger, tenths } from "#lib/log.ts";
import { isDraftOfAPerson } from "./drafts.ts";
import { announceLaunch } from "./follow-launches.ts";
import { newSessionId, newSessionToken } from "./identifiers.ts";
import { takeUpWorkspace } from "./keep-workspace.ts";
import { claimSlot } from "./pool/index.ts";
import { shortName } from "./state.ts";
import type { Beginning, SessionView } from "./types.ts";
import { readSurroundings, viewSession } from "./view.ts";
import { placeFor } from "./wait.ts";

const warmWithinMs = 400;
// They wait for one lock: more at once would only keep the database's connections from everybody else.
const oneByOne = atMost(2);

/**
 * Begins a session: the one way that REST, the Binder API, the live page, forks and the resuming of a workspace
 * share. A workspace whose session still lives gets that one. Throws `no_environment`, `not_ready`.
 */
export async function beginSession(beginning: Beginning, viewer: Viewer): Promise<SessionView> {
  const subject = await subjectOf(beginning.versionId);
  const asked = performance.now();
  const session = await oneByOne(() => insertSession(beginning, subject, viewer));
  const begun = performance.now();
  const view = await viewWhenReady(session);
  const ms = { beginMs: tenths(begun - asked), waitMs: tenths(performance.now() - begun) };
  const { id, state, warm } = view;
  logger("sessions").info({ session: shortName(id), state, warm, ...ms }, "session begun");
  return view;
}

async function insertSession(
  beginning: Beginning,
  { state: versionState, environmentKey }: Subject,
  viewer: Viewer,
): Promise<Session> {
  const { versionId, publicationId } = beginning;
  return await db().$transaction(async (tx) => {
    const { workspaceId, running } = await workspaceFor(beginning, versionState, viewer, tx);
    if (running) return running;
    const { userId, visitorId } = viewer;
    const { clientAddress } = beginning;
    // The quotas' lock is held from here on: whatever can be done before it is.
    const { mayStart } = await placeFor(tx, {
      publicationId,
      workspaceId,
      environmentKey,
      userId,
      clientAddress,
    });
    const slot = mayStart ? await takeSlot(environmentKey, tx) : null;
    const session = await tx.session.create({
      data: {
        id: newSessionId(),
        token: newSessionToken(),
        ...slot,
        versionId,
        workspaceId,
        environmentKey,
        userId,
        visitorId,
        path: beginning.path,
        app: beginning.app ?? null,
        clientAddress,
        ...json("parameters", beginning.parameters),
        ...json("environmentVariables", beginning.environmentVariables),
      },
    });
    if (slot) await announceLaunch(session.id, tx);
    else {
      await enqueue("start-session", { sessionId: session.id }, { database: tx });
      await publishEvent(`session:${session.id}`, { state: session.state }, tx);
    }
    await tx.publication.update({
      where: { id: publicationId },
      data: { launchCount: { increment: 1 } },
      select: { id: true },
    });
    return session;
  });
}

/** A server that waits for this environment, as the first facts of its session; null when none does. */
async function takeSlot(environmentKey: string, tx: Database) {
  const slot = await claimSlot(tx, environmentKey);
  return slot && { ...slot, state: "starting" as const, warm: true, startedAt: new Date() };
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

function json<K extends string>(name: K, value: object | undefined) {
  return (value ? { [name]: value } : {}) as Partial<Record<K, Prisma.InputJsonObject>>;
}

/** What of a version decides how a session of it begins. */
interface Subject {
  state: VersionState;
  environmentKey: string;
}

async function subjectOf(versionId: string): Promise<Subject> {
  const { state, ingestState, environmentKey } = await db().version.findUniqueOrThrow({
    where: { id: versionId },
    select: { state: true, ingestState: true, environmentKey: true },
  });
  if (ingestState !== "ready") {
    throw new ColophonError("not_ready", 409, "The files of this draft are still being fetched.", {
      hint: "Wait until they are here, then run it.",
    });
  }
  if (environmentKey) return { state, environmentKey };
  throw new ColophonError("no_environment", 422, "No environment could be read for this version.", {
    hint: "Its page says what is wrong with the environment files.",
  });
}

/** The workspace to run in: a draft's own, locked so that it gets one session at a time; else a new one. */
async function workspaceFor(
  { versionId, workspaceId }: Beginning,
  state: VersionState,
  viewer: Viewer,
  tx: Database,
): Promise<{ workspaceId: string; running?: Session }> {
  if (workspaceId !== undefined) {
    await takeUpWorkspace(workspaceId, tx);
    return { workspaceId, ...(await runningIn(workspaceId, tx)) };
  }
  if (!(await isDraftOfAPerson({ id: versionId, state }, tx))) {
    const created = await tx.workspace.create({
      data: { versionId, ownerId: viewer.userId, visitorId: viewer.visitorId },
    });
    return { workspaceId: created.id };
  }
  await tx.$queryRaw`SELECT 1 FROM "Version" WHERE id = ${versionId} FOR UPDATE`;
  const existing = await tx.workspace.findFirst({
    where: { versionId, expiresAt: null },
    orderBy: { createdAt: "asc" },
  });
  if (!existing) {
    const created = await tx.workspace.create({ data: { versionId, ownerId: viewer.userId } });
    return { workspaceId: created.id };
  }
  return { workspaceId: existing.id, ...(await runningIn(existing.id, tx)) };
}

async function runningIn(workspaceId: string, tx: Database): Promise<{ running?: Session }> {
  const running = await tx.session.findFirst({
    // One that is stopping still holds the files: the new one waits for it (see admit.ts).
    where: { workspaceId, state: { in: ["queued", "starting", "ready"] } },
  });
  return running ? { running } : {};
}
