import type { Database } from "#lib/db/index.ts";
import type { SessionAddress } from "../types.ts";

/** A waiting server that now belongs to whoever took it: its id and token are to be their session's. */
export interface ClaimedSlot {
  id: string;
  token: string;
  engineRef: string;
  address: SessionAddress;
}

/**
 * Takes one waiting server of an environment out of the pool, within the transaction that makes its session; null when
 * none waits. Whoever comes at the same time skips it, and it is gone for everybody once the transaction is committed.
 */
export async function claimSlot(
  tx: Database,
  environmentKey: string,
  imageId: string,
): Promise<ClaimedSlot | null> {
  const rows = await tx.$queryRaw<ClaimedSlot[]>`
    DELETE FROM "Slot" WHERE id = (
      SELECT id FROM "Slot"
      WHERE "environmentKey" = ${environmentKey} AND "imageId" = ${imageId} AND state = 'ready'
        AND "engineRef" IS NOT NULL AND address IS NOT NULL AND "expiresAt" > ${new Date()}::timestamp
      ORDER BY "readyAt" DESC, id
      LIMIT 1
      FOR UPDATE SKIP LOCKED
    )
    RETURNING id, token, "engineRef", address`;
  return rows[0] ?? null;
}
