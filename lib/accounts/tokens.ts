import { createHash, randomBytes } from "node:crypto";
import { db } from "#lib/db/index.ts";
import { ColophonError, notFound } from "#lib/errors.ts";
import { requireUser } from "./roles.ts";
import type { Viewer } from "./viewer.ts";

const tokenPattern = /^clp_[A-Za-z0-9_-]{43}$/;
const mostTokens = 100;
const usedThrottleMs = 60_000;

/** An API token as its owner sees it again: never the token itself. */
export interface TokenView {
  id: string;
  name: string;
  /** Its first characters, so that a person recognises it. */
  prefix: string;
  createdAt: string;
  lastUsedAt: string | null;
}

function hash(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

function toView(row: {
  id: string;
  name: string;
  prefix: string;
  createdAt: Date;
  lastUsedAt: Date | null;
}): TokenView {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  };
}

async function create(userId: string, name: string): Promise<TokenView & { token: string }> {
  const active = await db().apiToken.count({ where: { userId, revokedAt: null } });
  if (active >= mostTokens) {
    throw new ColophonError("too_many_tokens", 409, `There are already ${active} tokens.`, {
      hint: "Revoke one that is no longer used.",
    });
  }
  const token = `clp_${randomBytes(32).toString("base64url")}`;
  const row = await db().apiToken.create({
    data: { userId, name: name.trim(), hash: hash(token), prefix: token.slice(0, 10) },
  });
  return { ...toView(row), token };
}

/** Makes an API token for the signed-in viewer. The token is in the answer and nowhere else. */
export async function createToken(
  viewer: Viewer,
  name: string,
): Promise<TokenView & { token: string }> {
  return await create(requireUser(viewer), name);
}

/**
 * Makes a token for the oldest administrator, for whoever has the machine and so its database already.
 * Throws `no_administrator` before the first start.
 */
export async function createTokenForAdministrator(
  name: string,
): Promise<TokenView & { token: string }> {
  const administrator = await db().user.findFirst({
    where: { role: "administrator", accounts: { some: {} } },
    orderBy: { createdAt: "asc" },
  });
  if (!administrator) {
    throw new ColophonError("no_administrator", 409, "There is no administrator yet.", {
      hint: "Start Colophon once with `npm start`: it makes the first administrator.",
    });
  }
  return await create(administrator.id, name);
}

/** The viewer's tokens that still work, newest first. */
export async function listTokens(viewer: Viewer): Promise<TokenView[]> {
  const rows = await db().apiToken.findMany({
    where: { userId: requireUser(viewer), revokedAt: null },
    orderBy: { createdAt: "desc" },
  });
  return rows.map(toView);
}

/** Ends one of the viewer's tokens, at once. Throws 404 for anybody else's. */
export async function revokeToken(viewer: Viewer, id: string): Promise<void> {
  const { count } = await db().apiToken.updateMany({
    where: { id, userId: requireUser(viewer), revokedAt: null },
    data: { revokedAt: new Date() },
  });
  if (count === 0) throw notFound("token");
}

/** Who a Bearer token stands for. Throws 401 `token_invalid` for an unknown or revoked one. */
export async function viewerOfToken(token: string): Promise<Viewer> {
  const row = tokenPattern.test(token)
    ? await db().apiToken.findUnique({
        where: { hash: hash(token), revokedAt: null },
        include: { user: { select: { role: true } } },
      })
    : null;
  if (!row) {
    throw new ColophonError("token_invalid", 401, "This API token is unknown or was revoked.", {
      hint: "Make a new one on the page of your account, or with `colophon token create`.",
    });
  }
  const now = Date.now();
  if (!row.lastUsedAt || now - row.lastUsedAt.getTime() > usedThrottleMs) {
    await db().apiToken.updateMany({
      where: { id: row.id, revokedAt: null },
      data: { lastUsedAt: new Date(now) },
    });
  }
  return { userId: row.userId, role: row.user.role, visitorId: null };
}
