import { rm } from "node:fs/promises";
import { z } from "zod";
import { atMost } from "#lib/at-most.ts";
import { config } from "#lib/config.ts";
import { type Database, db, Prisma, type Session } from "#lib/db/index.ts";
import { messageOf } from "#lib/errors.ts";
import { publishEvent } from "#lib/events/index.ts";
import { enqueue } from "#lib/jobs/index.ts";
import { logger, tenths } from "#lib/log.ts";
import { engine } from "./engine.ts";
import { socketDirectory } from "./installation.ts";
import { mountOnSlot, poolTopic, removeSlotDirectory } from "./pool/index.ts";
import { tellClaimed } from "./server-calls.ts";
import { StoredAddress } from "./session-address.ts";
import { changeSessionState, shortName } from "./state.ts";
import type { SessionAddress } from "./types.ts";
import { prepareWorkspace } from "./workspace.ts";

// Restoring what postBuild made can be a copy of many files.
const claimWithinMs = 20_000;
const transactionMs = 60_000;
// Each holds one connection to the database and now and then needs another: all must never be taken.
const fewAtOnce = atMost(5);

const Variables = z.record(z.string(), z.string());

/** What of a session is needed to hand it its slot. */
type WarmSession = Pick<
  Session,
  | "id"
  | "token"
  | "warm"
  | "address"
  | "engineRef"
  | "workspaceId"
  | "versionId"
  | "environmentKey"
  | "environmentVariables"
>;

/** The variables that a launch gives to the server's kernels. */
export function variablesOf({
  environmentVariables,
}: Pick<Session, "environmentVariables">): Record<string, string> {
  return Variables.parse(environmentVariables ?? {});
}

/**
 * Gives a session that was handed a slot its files, and makes it ready. False: the slot's server is dead, and the
 * session is to be started as any other, under its id. The session's row is locked meanwhile, so that of several
 * workers one does it; when that one dies, the lock is gone and the next can.
 */
export async function startWarm(id: string, began = performance.now()): Promise<boolean> {
  let used: string | null = null;
  const isReady = await fewAtOnce(() =>
    db().$transaction(
      async (tx) => {
        const session = await lockStarting(id, tx);
        // Another worker was faster, or somebody has ended it.
        if (!session) return true;
        if (!session.warm) return false;
        const locked = performance.now();
        try {
          await claim(session, tx, { began, locked });
          used = session.environmentKey;
          return true;
        } catch (error) {
          const reason = messageOf(error);
          logger("sessions").warn({ session: shortName(id), reason }, "slot does not work");
          await letGo(session, tx);
          return false;
        }
      },
      { timeout: transactionMs },
    ),
  );
  await publishEvent(poolTopic, null);
  await noteUse(used);
  return isReady;
}

const noted = new Map<string, number>();

/** Images that are used stay: those that were used least go first when the disk gets full. Noted once a minute. */
async function noteUse(key: string | null): Promise<void> {
  const now = Date.now();
  if (key === null || now - (noted.get(key) ?? 0) < 60_000) return;
  noted.set(key, now);
  await db().environment.updateMany({ where: { key }, data: { lastUsedAt: new Date(now) } });
}

async function lockStarting(id: string, tx: Database): Promise<WarmSession | null> {
  // Should this very commit be lost in a crash, the session is found starting, and its slot is claimed again.
  const rows = await tx.$queryRaw<WarmSession[]>`
    SELECT set_config('synchronous_commit', 'off', true), id, token, warm, address, "engineRef", "workspaceId", "versionId", "environmentKey",
           "environmentVariables"
    FROM "Session" WHERE id = ${id} AND state = 'starting' FOR UPDATE`;
  return rows[0] ?? null;
}

async function claim(
  session: WarmSession,
  tx: Database,
  { began, locked }: { began: number; locked: number },
): Promise<void> {
  const { id } = session;
  const address: SessionAddress = StoredAddress.parse(session.address);
  const workspace = await prepareWorkspace(session.workspaceId, session.versionId);
  if (workspace.kind !== "bind") throw new Error("this workspace cannot be mounted on a slot");
  const prepared = performance.now();
  await mountOnSlot(id, workspace.source);
  const mounted = performance.now();
  await tellClaimed(session, address, variablesOf(session), AbortSignal.timeout(claimWithinMs));
  const told = performance.now();
  const now = Date.now();
  const ready = {
    readyAt: new Date(now),
    lastActivityAt: new Date(now),
    expiresAt: new Date(now + config().session.maxSeconds * 1000),
  };
  await changeSessionState(id, "ready", ready, tx);
  const ms = (from: number, to: number) => tenths(to - from);
  logger("sessions").info(
    {
      session: shortName(id),
      lockMs: ms(began, locked),
      filesMs: ms(locked, prepared),
      mountMs: ms(prepared, mounted),
      claimMs: ms(mounted, told),
    },
    "session took a slot",
  );
}

/** Removes a slot's server from under a session, which is then as if it had never had one, with a job to start it. */
async function letGo(session: WarmSession, tx: Database): Promise<void> {
  if (session.engineRef) await engine().remove(session.engineRef);
  await removeSlotDirectory(session.id);
  await rm(socketDirectory(session.id), { recursive: true, force: true });
  await tx.session.update({
    where: { id: session.id },
    data: { warm: false, engineRef: null, address: Prisma.DbNull },
  });
  await enqueue("start-session", { sessionId: session.id }, { database: tx });
}
