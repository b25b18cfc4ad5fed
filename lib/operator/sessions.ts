import { requireRole, type Viewer } from "#lib/accounts/index.ts";
import { db } from "#lib/db/index.ts";
import { messageOf, notFound } from "#lib/errors.ts";
import { type BanView, isAbout, sourceNames } from "#lib/limits/index.ts";
import { logger } from "#lib/log.ts";
import { beginEnd, engine, liveStates, type SessionState } from "#lib/sessions/index.ts";

/** A live session as an operator sees it: no token, and nothing of what is in it. */
export interface OperatorSession {
  id: string;
  state: SessionState;
  warm: boolean;
  createdAt: string;
  readyAt: string | null;
  lastActivityAt: string;
  publication: { id: string; slug: string; title: string; version: number };
  owner: { id: string; name: string; email: string } | null;
  /** Somebody without an account in a browser, else a program. */
  isVisitor: boolean;
  clientAddress: string | null;
  /** Null where it does not run, or the engine does not tell. */
  memoryBytes: number | null;
  /** Share of one processor, over the time since the last look or since its start. */
  cpuShare: number | null;
}

const patienceMs = 2_500;

/** Every live session, oldest first, with what each uses now. For administrators. */
export async function listLiveSessions(viewer: Viewer): Promise<OperatorSession[]> {
  requireRole(viewer, "administrator");
  const rows = await db().session.findMany({
    where: { state: { in: [...liveStates] } },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
    take: 1_000,
    include: {
      user: { select: { id: true, name: true, email: true } },
      version: {
        select: { number: true, title: true, publication: { select: { id: true, slug: true } } },
      },
    },
  });
  const running = rows.filter(({ state, engineRef }) => state === "ready" && engineRef !== null);
  const usage = await usageOf(
    running.map(({ engineRef, readyAt }) => ({ ref: engineRef ?? "", since: readyAt })),
  );
  return rows.map(({ version, user, ...row }) => ({
    id: row.id,
    state: row.state,
    warm: row.warm,
    createdAt: row.createdAt.toISOString(),
    readyAt: row.readyAt?.toISOString() ?? null,
    lastActivityAt: row.lastActivityAt.toISOString(),
    publication: {
      id: version.publication.id,
      slug: version.publication.slug,
      title: version.title || version.publication.slug,
      version: version.number,
    },
    owner: user,
    isVisitor: row.visitorId !== null,
    clientAddress: row.clientAddress,
    memoryBytes: usage.get(row.engineRef ?? "")?.memoryBytes ?? null,
    cpuShare: usage.get(row.engineRef ?? "")?.cpuShare ?? null,
  }));
}

interface Use {
  memoryBytes: number;
  cpuShare: number | null;
}

const looks = new Map<string, { cpuSeconds: number; at: number }>();

async function usageOf(servers: { ref: string; since: Date | null }[]): Promise<Map<string, Use>> {
  const found = new Map<string, Use>();
  const asked = servers.map(async ({ ref, since }) => {
    const usage = await engine().usage(ref);
    if (!usage) return;
    const now = Date.now();
    const from = looks.get(ref) ?? { cpuSeconds: 0, at: since?.getTime() ?? now };
    const seconds = (now - from.at) / 1000;
    const cpuShare = seconds > 0.5 ? (usage.cpuSeconds - from.cpuSeconds) / seconds : null;
    found.set(ref, { memoryBytes: usage.memoryBytes, cpuShare });
    if (seconds > 2) looks.set(ref, { cpuSeconds: usage.cpuSeconds, at: now });
  });
  for (const ref of looks.keys()) if (!servers.some((one) => one.ref === ref)) looks.delete(ref);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patienceMs);
  });
  // A page of figures does not fail because one of them cannot be had.
  const all = Promise.allSettled(asked).then((outcomes) => {
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    if (failed) logger("operator").warn({ reason: messageOf(failed.reason) }, "no usage");
  });
  await Promise.race([all, late]);
  clearTimeout(timer);
  return found;
}

/** Ends somebody's session; what was changed in it is kept as ever. Throws `not_found`. */
export async function endByOperator(viewer: Viewer, id: string): Promise<void> {
  requireRole(viewer, "administrator");
  const session = await db().session.findUnique({ where: { id } });
  if (!session) throw notFound("session");
  await beginEnd(session, "operator");
}

/** Ends every live session that a ban of an address or a user is about. Gives how many. */
export async function endBanned(viewer: Viewer, ban: BanView): Promise<number> {
  requireRole(viewer, "administrator");
  const live = await db().session.findMany({
    where: { state: { in: [...liveStates] } },
    include: { version: { select: { binderSources: { take: 1 } } } },
  });
  const meant = live.filter(({ clientAddress, userId, version }) => {
    const [source] = version.binderSources;
    const repository = source ? sourceNames(source) : [];
    return isAbout(ban, { clientAddress, userId, repository });
  });
  const ended = await Promise.all(meant.map((session) => beginEnd(session, "operator")));
  return ended.filter(Boolean).length;
}
