import { config } from "#lib/config.ts";
import { type Database, db, type Prisma } from "#lib/db/index.ts";
import { ColophonError } from "#lib/errors.ts";
import { isDraftOfAPerson } from "./drafts.ts";
import { workspaceSize } from "./workspace.ts";

/** Notes how large a workspace is and until when it is kept: with its draft, else for some days. */
export async function keepWorkspace(id: string): Promise<void> {
  const { memberDays, visitorDays } = config();
  const workspace = await db().workspace.findUniqueOrThrow({
    where: { id },
    include: { version: { select: { id: true, state: true } } },
  });
  const days = workspace.ownerId === null ? visitorDays : memberDays;
  const expiresAt = (await isDraftOfAPerson(workspace.version))
    ? null
    : new Date(Date.now() + days * 24 * 3600 * 1000);
  await db().workspace.update({
    where: { id },
    data: { sizeBytes: await workspaceSize(id), expiresAt },
  });
}

/**
 * Takes a kept workspace up again for a session: it does not expire while that lives. Locks its row for the rest of
 * the transaction. Throws `workspace_gone` (410).
 */
export async function takeUpWorkspace(id: string, tx: Database): Promise<void> {
  const { expiresAt } = await lockWorkspace(id, tx);
  if (expiresAt === null) return;
  if (expiresAt.getTime() <= Date.now()) throw workspaceGone();
  await tx.workspace.update({ where: { id }, data: { expiresAt: null } });
}

/** A workspace's row, which nobody else can change until the transaction is over. */
export async function lockWorkspace(
  id: string,
  tx: Database,
): Promise<Prisma.WorkspaceGetPayload<object>> {
  await tx.$queryRaw`SELECT 1 FROM "Workspace" WHERE id = ${id} FOR UPDATE`;
  return await tx.workspace.findUniqueOrThrow({ where: { id } });
}

/** The refusal for a workspace whose time is up. */
export function workspaceGone(): ColophonError {
  return new ColophonError("workspace_gone", 410, "What was changed in this session is gone.", {
    hint: "It was kept for a while after the session's end. Start a new one.",
  });
}
