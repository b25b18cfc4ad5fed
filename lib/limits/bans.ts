import { requireRole, type Viewer } from "#lib/accounts/index.ts";
import { type Ban, db } from "#lib/db/index.ts";
import { badRequest, ColophonError, notFound } from "#lib/errors.ts";
import { publishEvent, subscribe } from "#lib/events/index.ts";
import { canonicalNetwork, isWithin } from "./address.ts";
import { fitsPattern } from "./pattern.ts";

/** Told whenever bans change, so that every process reads them anew. */
const topic = "limits:bans";

/** What a ban is about: an address or network, a user's id, or a pattern over `provider/spec`. */
export const banKinds = ["address", "user", "repository"] as const;
export type BanKind = (typeof banKinds)[number];

/** A ban as an administrator sees it. Times are ISO 8601. */
export interface BanView {
  id: string;
  kind: BanKind;
  value: string;
  reason: string;
  createdAt: string;
  expiresAt: string | null;
}

/** Who wants to launch, and what. */
export interface Launcher {
  clientAddress: string | null;
  userId: string | null;
  /** `provider/spec` of the Binder API; all of them, where the same files have several. */
  repository?: string | readonly string[];
}

/** The names of a repository that was launched, for patterns with and without a commit in them. */
export function sourceNames(source: {
  provider: string;
  repository: string;
  resolved: string;
}): string[] {
  const name = `${source.provider}/${source.repository}`;
  return [name, `${name}/${source.resolved}`];
}

// Read once and then at every change: a launch must not pay for bans.
let known: Promise<Ban[]> | undefined;
let listening: Promise<unknown> | undefined;

async function allBans(): Promise<Ban[]> {
  listening ??= subscribe(topic, () => {
    known = undefined;
  });
  await listening;
  known ??= db()
    .ban.findMany({ orderBy: { createdAt: "desc" } })
    .catch((error: unknown) => {
      known = undefined;
      throw error;
    });
  return await known;
}

/** Throws `banned` (403), with the reason, where the address, the person or the repository may not launch. */
export async function assertAllowed(launcher: Launcher): Promise<void> {
  const now = Date.now();
  for (const ban of await allBans()) {
    if (ban.expiresAt && ban.expiresAt.getTime() <= now) continue;
    if (!isAbout(ban, launcher)) continue;
    throw new ColophonError("banned", 403, `${subjects[ban.kind]} may not launch: ${ban.reason}`, {
      hint: "If you think that this is a mistake, write to the operator of this archive.",
      details: { banned: ban.kind },
    });
  }
}

const subjects: Record<BanKind, string> = {
  address: "Your network",
  user: "Your account",
  repository: "This repository",
};

/** Whether a ban is about somebody or something. */
export function isAbout(ban: Pick<Ban, "kind" | "value">, launcher: Launcher): boolean {
  switch (ban.kind) {
    case "address":
      return launcher.clientAddress !== null && isWithin(launcher.clientAddress, ban.value);
    case "user":
      return launcher.userId === ban.value;
    case "repository":
      return [launcher.repository ?? []].flat().some((name) => fitsPattern(name, ban.value));
  }
}

/** Every ban that holds, newest first, for administrators. */
export async function listBans(viewer: Viewer): Promise<BanView[]> {
  requireRole(viewer, "administrator");
  const bans = await db().ban.findMany({
    where: { OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }] },
    orderBy: { createdAt: "desc" },
    take: 1_000,
  });
  return bans.map(toView);
}

/**
 * Bans an address or network, a user or a repository pattern; the same again gets the new reason and time. Throws
 * `bad_ban` (400) for what is none, `not_found` for a user who does not exist.
 */
export async function addBan(
  viewer: Viewer,
  ban: { kind: BanKind; value: string; reason: string; expiresAt?: Date | undefined },
): Promise<BanView> {
  requireRole(viewer, "administrator");
  const value = await canonical(ban.kind, ban.value.trim(), viewer);
  const data = { reason: ban.reason.trim(), expiresAt: ban.expiresAt ?? null };
  const row = await db().ban.upsert({
    where: { kind_value: { kind: ban.kind, value } },
    create: { kind: ban.kind, value, ...data },
    update: data,
  });
  await changed();
  return toView(row);
}

/** Lifts a ban. Throws `not_found`. */
export async function liftBan(viewer: Viewer, id: string): Promise<void> {
  requireRole(viewer, "administrator");
  const { count } = await db().ban.deleteMany({ where: { id } });
  if (count === 0) throw notFound("ban");
  await changed();
}

async function canonical(kind: BanKind, value: string, viewer: Viewer): Promise<string> {
  if (kind === "address") {
    const network = canonicalNetwork(value);
    if (network) return network;
    throw badRequest(
      "bad_ban",
      "That is no address and no network.",
      "Write 192.0.2.7 or 192.0.2.0/24.",
    );
  }
  if (kind === "repository") {
    if (/[^*?]/.test(value)) return value;
    throw badRequest("bad_ban", "That pattern would fit every repository.", "Write gh/somebody/*.");
  }
  if (value === viewer.userId) throw badRequest("bad_ban", "You cannot ban yourself.");
  const user = await db().user.findFirst({ where: { OR: [{ id: value }, { email: value }] } });
  if (!user) throw notFound("person");
  return user.id;
}

async function changed(): Promise<void> {
  known = undefined;
  await publishEvent(topic, null);
}

function toView(ban: Ban): BanView {
  const { id, kind, value, reason, createdAt, expiresAt } = ban;
  return {
    id,
    kind,
    value,
    reason,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
  };
}
