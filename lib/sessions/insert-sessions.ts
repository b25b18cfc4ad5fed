import type { Viewer } from "#lib/accounts/index.ts";
import { type Database, db, type Prisma, type Session, type VersionState } from "#lib/db/index.ts";
import { publishEvents } from "#lib/events/index.ts";
import { enqueue } from "#lib/jobs/index.ts";
import { type Outcome, together } from "#lib/together.ts";
import { isDraftOfAPerson } from "./drafts.ts";
import { launchEvent } from "./follow-launches.ts";
import { newSessionId, newSessionToken } from "./identifiers.ts";
import { takeUpWorkspace } from "./keep-workspace.ts";
import { type ClaimedSlot, claimSlots } from "./pool/index.ts";
import type { Beginning } from "./types.ts";
import { type NewSession, placesFor } from "./wait.ts";

/** A session that is to be: of what, for whom. */
export interface Launch {
  beginning: Beginning;
  versionState: VersionState;
  environmentKey: string;
  viewer: Viewer;
}

const mostTogether = 32;

/**
 * Puts a session into the record: its workspace, its place in the queue, a slot where one waits. Gives the session that
 * has the workspace already, where there is one. Throws `workspace_gone`, `queue_full`.
 *
 * They all wait for one lock, so those that come at once share a transaction: nobody waits for more than two.
 */
export async function insertSession(launch: Launch): Promise<Session> {
  const known = await knownWorkspace(launch);
  return known ? await insertInto(launch) : await insertFresh(launch);
}

const insertFresh = together<Launch, Session>(mostTogether, async (launches) => {
  try {
    return await insertAll(launches);
  } catch (error) {
    if (launches.length === 1) throw error;
    // One of them that the database refuses must not take the others with it.
    const alone: Outcome<Session>[] = [];
    for (const launch of launches) {
      alone.push(...(await insertAll([launch]).catch((reason: unknown) => [{ error: reason }])));
    }
    return alone;
  }
});

async function insertAll(launches: Launch[]): Promise<Outcome<Session>[]> {
  return await db().$transaction(async (tx) => {
    const workspaces = await tx.workspace.createManyAndReturn({
      data: launches.map(({ beginning: { versionId }, viewer: { userId, visitorId } }) => ({
        versionId,
        ownerId: userId,
        visitorId,
      })),
      select: { id: true },
    });
    const seats = launches.map((launch, index) => ({
      launch,
      workspaceId: workspaces[index]?.id ?? "",
    }));
    const outcomes = await insertWith(seats, tx);
    const refused = seats.filter((_, index) => "error" in (outcomes[index] ?? {}));
    if (refused.length > 0) {
      const id = { in: refused.map(({ workspaceId }) => workspaceId) };
      await tx.workspace.deleteMany({ where: { id } });
    }
    return outcomes;
  });
}

/** Into a workspace that is there already, or that belongs to a draft: locked, so that it gets one session at a time. */
async function insertInto(launch: Launch): Promise<Session> {
  return await db().$transaction(async (tx) => {
    const workspaceId = await lockedWorkspace(launch, tx);
    const running = await tx.session.findFirst({
      // One that is stopping still holds the files: the new one waits for it (see admit.ts).
      where: { workspaceId, state: { in: ["queued", "starting", "ready"] } },
    });
    if (running) return running;
    const [outcome] = await insertWith([{ launch, workspaceId }], tx);
    if (!outcome || "error" in outcome) throw outcome?.error;
    return outcome.value;
  });
}

async function knownWorkspace({ beginning, versionState }: Launch): Promise<boolean> {
  if (beginning.workspaceId !== undefined) return true;
  return await isDraftOfAPerson({ id: beginning.versionId, state: versionState });
}

async function lockedWorkspace({ beginning, viewer }: Launch, tx: Database): Promise<string> {
  const { versionId, workspaceId } = beginning;
  if (workspaceId !== undefined) {
    await takeUpWorkspace(workspaceId, tx);
    return workspaceId;
  }
  await tx.$queryRaw`SELECT 1 FROM "Version" WHERE id = ${versionId} FOR UPDATE`;
  const existing = await tx.workspace.findFirst({
    where: { versionId, expiresAt: null },
    orderBy: { createdAt: "asc" },
  });
  if (existing) return existing.id;
  return (await tx.workspace.create({ data: { versionId, ownerId: viewer.userId } })).id;
}

async function insertWith(
  seats: { launch: Launch; workspaceId: string }[],
  tx: Database,
): Promise<Outcome<Session>[]> {
  // The quotas' lock is held from here on: whatever can be done before it is.
  const places = await placesFor(tx, seats.map(asNewSession));
  const startable = seats.filter((_, index) => places[index] === "starts");
  const slots = await takeSlots(startable, tx);
  const seated = seats.filter((_, index) => typeof places[index] === "string");
  const sessions = await tx.session.createManyAndReturn({
    data: seated.map((seat) => rowOf(seat, slots.get(seat))),
  });
  const cold = sessions.filter(({ warm }) => !warm);
  for (const { id } of cold) await enqueue("start-session", { sessionId: id }, { database: tx });
  await publishEvents(
    sessions.map(({ id, state, warm }) =>
      warm ? launchEvent(id) : { topic: `session:${id}`, data: { state } },
    ),
    tx,
  );
  await countLaunches(seated, tx);
  const byWorkspace = new Map(sessions.map((session) => [session.workspaceId, session]));
  return seats.map(({ workspaceId }, index) => {
    const value = byWorkspace.get(workspaceId);
    return value ? { value } : { error: places[index] };
  });
}

function asNewSession({
  launch,
  workspaceId,
}: {
  launch: Launch;
  workspaceId: string;
}): NewSession {
  const { beginning, environmentKey, viewer } = launch;
  const { publicationId, clientAddress } = beginning;
  return { publicationId, workspaceId, environmentKey, userId: viewer.userId, clientAddress };
}

/** Servers that wait, for as many as they last. */
async function takeSlots<S extends { launch: Launch }>(
  seats: S[],
  tx: Database,
): Promise<Map<S, ClaimedSlot>> {
  const taken = new Map<S, ClaimedSlot>();
  for (const [key, wanting] of Map.groupBy(seats, ({ launch }) => launch.environmentKey)) {
    const slots = await claimSlots(tx, key, wanting.length);
    slots.forEach((slot, index) => {
      const seat = wanting[index];
      if (seat) taken.set(seat, slot);
    });
  }
  return taken;
}

function rowOf(
  { launch, workspaceId }: { launch: Launch; workspaceId: string },
  slot: ClaimedSlot | undefined,
) {
  const { beginning, environmentKey, viewer } = launch;
  const { versionId, path, app, clientAddress, parameters, environmentVariables } = beginning;
  const { userId, visitorId } = viewer;
  return {
    id: newSessionId(),
    token: newSessionToken(),
    ...(slot ? { ...slot, state: "starting" as const, warm: true, startedAt: new Date() } : {}),
    versionId,
    workspaceId,
    environmentKey,
    userId,
    visitorId,
    path,
    app: app ?? null,
    clientAddress,
    ...json("parameters", parameters),
    ...json("environmentVariables", environmentVariables),
  };
}

async function countLaunches(seats: { launch: Launch }[], tx: Database): Promise<void> {
  const byPublication = Map.groupBy(seats, ({ launch }) => launch.beginning.publicationId);
  for (const [id, { length }] of byPublication) {
    const data = { launchCount: { increment: length } };
    await tx.publication.update({ where: { id }, data, select: { id: true } });
  }
}

function json<K extends string>(name: K, value: object | undefined) {
  return (value ? { [name]: value } : {}) as Partial<Record<K, Prisma.InputJsonObject>>;
}
