import { db, type Session } from "#lib/db/index.ts";
import { askSize } from "./server-calls.ts";
import { StoredAddress } from "./session-address.ts";

const answersWithinMs = 10_000;

/**
 * Bytes of what is changed in a session whose files were streamed to it, as its server counts them: those of the files that
 * it has changed, or by how much all are larger than the version's, where an earlier session changed more. Only one that
 * put other files in the place of the version's own, and was resumed, is taken for smaller than it is. Throws where the
 * server does not answer.
 */
export async function streamedSize(session: Session): Promise<number> {
  const address = StoredAddress.parse(session.address);
  const inside = await askSize(session, address, AbortSignal.timeout(answersWithinMs));
  const { _sum } = await db().file.aggregate({
    where: { versionId: session.versionId },
    _sum: { size: true },
  });
  return Math.max(inside.changed, inside.total - Number(_sum.size ?? 0));
}
