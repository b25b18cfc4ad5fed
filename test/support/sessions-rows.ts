import type { SessionState } from "#lib/sessions/index.ts";

/** A session's row as if it had been started, with whatever serves as its server. */
export async function insertSession(
  address: { kind: "unix"; path: string } | { kind: "tcp"; host: string; port: number },
  state: SessionState = "ready",
): Promise<{ id: string; token: string }> {
  const { db } = await import("#lib/db/index.ts");
  const { newSessionId, newSessionToken } = await import("#lib/sessions/identifiers.ts");
  const { publishEvent } = await import("#lib/events/index.ts");
  const owner = `owner-${crypto.randomUUID()}`;
  await db().user.create({ data: { id: owner, name: "Owner", email: `${owner}@example.org` } });
  const publication = await db().publication.create({
    data: {
      slug: owner,
      ownerId: owner,
      versions: {
        create: { number: 1, state: "published", metadata: {}, source: {}, preflight: [] },
      },
    },
    include: { versions: true },
  });
  const versionId = publication.versions[0]?.id ?? "";
  const workspace = await db().workspace.create({ data: { versionId } });
  const id = newSessionId();
  const token = newSessionToken();
  await db().session.create({
    data: {
      id,
      token,
      state,
      versionId,
      workspaceId: workspace.id,
      address,
      readyAt: new Date(),
      lastActivityAt: new Date(Date.now() - 3_600_000),
      expiresAt: new Date(Date.now() + 3_600_000),
    },
  });
  await publishEvent(`session:${id}`, { state });
  return { id, token };
}
