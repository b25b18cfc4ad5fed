import { config } from "#lib/config.ts";
import { type Database, db, type Session } from "#lib/db/index.ts";
import { ColophonError } from "#lib/errors.ts";
import { addressKey } from "#lib/limits/index.ts";
import { engineAnswers } from "./engine-answers.ts";
import { type Claim, type QueueLimits, type Standing, settle } from "./queue.ts";

// One admission at a time, in all processes: the count and the change belong together.
const admissionLock = 7_301_422;

const fullForSeconds = 60;
/** After this, whoever should have started is told why they have not. */
const lateMs = 3_000;
const heldMessage =
  "Waiting until the engine that runs notebooks answers again; it then starts by itself";

/** What a new session would be, as far as the queue cares. */
export interface NewSession {
  publicationId: string;
  workspaceId: string;
  environmentKey: string;
  userId: string | null;
  /** Null: the system's own doing, free of the quota of addresses. */
  clientAddress: string | null;
}

interface Row {
  id: string;
  isQueued: boolean;
  hasImage: boolean;
  clientAddress: string | null;
  userId: string | null;
  workspaceId: string;
  publicationId: string;
  sessionLimit: number | null;
}

/** Sessions that hold a place, those that wait for one, and how many more wait for their image. */
export interface Line {
  held: Claim[];
  waiting: Claim[];
  queued: number;
  limits: QueueLimits;
}

/** Holds off every other admission until the transaction is over. */
export async function lockAdmission(tx: Database): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${admissionLock})`;
}

/**
 * For sessions that are about to be made in this transaction, in their order: whether each may start at once, in front of
 * nobody who waits rightly, or waits; or the error `queue_full` (503) when as many wait already as may. Quotas and places
 * are held until the transaction is over.
 */
export async function placesFor(
  tx: Database,
  sessions: NewSession[],
): Promise<("starts" | "waits" | ColophonError)[]> {
  await lockAdmission(tx);
  const line = await readLine(tx, [...new Set(sessions.map(({ publicationId }) => publicationId))]);
  const { waiting } = line;
  let { queued } = line;
  const places: ("starts" | "waits" | ColophonError)[] = [];
  for (const [index, session] of sessions.entries()) {
    const id = `new ${index}`;
    const claim: Claim = { ...session, id, address: keyOf(session.clientAddress) };
    const isAdmitted = settle(line.held, [...waiting, claim], line.limits).admitted.includes(id);
    if (queued >= config().quotas.queue) {
      const starts = isAdmitted && (await hasImage(tx, session.environmentKey));
      if (!starts) {
        places.push(queueFull(queued));
        continue;
      }
    }
    waiting.push(claim);
    if (!isAdmitted) queued += 1;
    places.push(isAdmitted ? "starts" : "waits");
  }
  return places;
}

function queueFull(waiting: number): ColophonError {
  return new ColophonError(
    "queue_full",
    503,
    `All places are taken and ${waiting} sessions wait already.`,
    { hint: "Try again in a minute or two.", details: { retryAfterSeconds: fullForSeconds } },
  );
}

async function hasImage(tx: Database, key: string): Promise<boolean> {
  const environment = await tx.environment.findUnique({
    where: { key },
    select: { imageId: true },
  });
  return Boolean(environment?.imageId);
}

const keyOf = (address: string | null) => (address === null ? null : addressKey(address));

/** Every session that counts, in the order in which they came; of some publications more the limits. */
export async function readLine(
  database: Database = db(),
  publicationIds: string[] = [],
): Promise<Line> {
  // Those who still wait for their image do not hold up those behind them.
  const rows = await database.$queryRaw<Row[]>`
    SELECT s.id, s.state = 'queued' AS "isQueued", e."imageId" IS NOT NULL AS "hasImage",
           s."clientAddress", s."userId", s."workspaceId", v."publicationId", p."sessionLimit"
    FROM "Session" s
    JOIN "Version" v ON v.id = s."versionId"
    JOIN "Publication" p ON p.id = v."publicationId"
    LEFT JOIN "Environment" e ON e.key = s."environmentKey"
    WHERE s.state IN ('queued', 'starting', 'ready', 'stopping')
    ORDER BY s."createdAt", s.id`;
  const limits = new Map(rows.map((row) => [row.publicationId, row.sessionLimit]));
  const others = publicationIds.filter((id) => !limits.has(id));
  if (others.length > 0) {
    const publications = await database.publication.findMany({
      where: { id: { in: others } },
      select: { id: true, sessionLimit: true },
    });
    for (const { id, sessionLimit } of publications) limits.set(id, sessionLimit);
  }
  const { quotas, session } = config();
  const claim = (row: Row): Claim => ({ ...row, address: keyOf(row.clientAddress) });
  return {
    held: rows.filter((row) => !row.isQueued).map(claim),
    waiting: rows.filter((row) => row.isQueued && row.hasImage).map(claim),
    queued: rows.filter((row) => row.isQueued).length,
    limits: {
      total: session.limit,
      perAddress: quotas.perAddress,
      perLogin: quotas.perLogin,
      perPublication: (id) => limits.get(id) ?? quotas.perPublication,
    },
  };
}

/** Where each waiting session stands. Who is about to start, or waits for its image, is not among them. */
export async function queueStandings(): Promise<Map<string, Standing>> {
  const { held, waiting, limits } = await readLine();
  return settle(held, waiting, limits).standings;
}

/** What a queued session waits for, in words, and its place in the queue if it stands in one. */
export async function waitOf(
  session: Pick<Session, "id" | "environmentKey" | "buildId" | "createdAt">,
): Promise<{ message: string; queue: { position: number; length: number } | null }> {
  const environment = session.environmentKey
    ? await db().environment.findUnique({ where: { key: session.environmentKey } })
    : null;
  if (!environment?.imageId) {
    const message = session.buildId
      ? "Building the environment"
      : "Looking for the environment's image";
    return { message, queue: null };
  }
  const standing = (await queueStandings()).get(session.id);
  if (!standing) {
    return { message: (await heldUp(session.createdAt)) ?? "About to start", queue: null };
  }
  const { position, length } = standing;
  return { message: readable(standing), queue: { position, length } };
}

/** Why a session that should have started by now has not, where the engine is the reason; else null. */
export async function heldUp(since: Date): Promise<string | null> {
  const isLate = Date.now() - since.getTime() > lateMs;
  return isLate && !(await engineAnswers()) ? heldMessage : null;
}

function readable({ waitsFor, position }: Standing): string {
  const place = `(${position - 1} before you)`;
  switch (waitsFor) {
    case "place":
      return `Waiting for a free place ${place}`;
    case "workspace":
      return "Waiting until the earlier session of these files has ended";
    case "login":
      return `Waiting until another session of yours ends ${place}`;
    case "address":
      return `Waiting until another session from your network ends ${place}`;
    case "publication":
      return `Waiting until another session of this paper ends ${place}`;
  }
}
