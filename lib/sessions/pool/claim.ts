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
 * Takes up to `count` waiting servers of an environment, with its present image, out of the pool, within the transaction
 * that makes their sessions. Whoever comes at the same time skips them, and they are gone for everybody once the
 * transaction is committed.
 */
export async function claimSlots(
  tx: Database,
  environmentKey: string,
  count: number,
): Promise<ClaimedSlot[]> {
  return await tx.$queryRaw<ClaimedSlot[]>`
    DELETE FROM "Slot" WHERE id IN (
      SELECT waiting.id FROM "Slot" waiting
      JOIN "Environment" e ON e.key = waiting."environmentKey" AND e."imageId" = waiting."imageId"
      WHERE waiting."environmentKey" = ${environmentKey} AND waiting.state = 'ready'
        AND waiting."engineRef" IS NOT NULL AND waiting.address IS NOT NULL
        AND waiting."expiresAt" > ${new Date()}::timestamp
      ORDER BY waiting."readyAt" DESC, waiting.id
      LIMIT ${count}
      FOR UPDATE OF waiting SKIP LOCKED
    )
    RETURNING id, token, "engineRef", address`;
}
