/** One session as the queue sees it: where it is, and which quotas it counts against. */
export interface Claim {
  id: string;
  publicationId: string;
  workspaceId: string;
  /** Null: the system's own, or nobody's; such quotas do not apply. */
  userId: string | null;
  address: string | null;
}

export interface QueueLimits {
  total: number;
  perAddress: number;
  perLogin: number;
  perPublication: (publicationId: string) => number;
}

/** What a waiting session waits for: any place, or the end of a session that shares a quota or its workspace. */
export type WaitsFor = "place" | "workspace" | "login" | "address" | "publication";

/** Where a waiting session stands among those that wait for the same; the first has position 1. */
export interface Standing {
  waitsFor: WaitsFor;
  position: number;
  length: number;
}

interface Quota {
  key: string;
  kind: WaitsFor;
  limit: number;
}

/**
 * Decides who may start. Goes through the waiting in their order: whoever finds a place and room in each of its
 * quotas starts; whoever waits for a quota of its own holds up nobody behind. Pure: the same answer for the
 * same sessions, in whichever process it is asked.
 */
export function settle(
  held: readonly Claim[],
  waiting: readonly Claim[],
  limits: QueueLimits,
): { admitted: string[]; standings: Map<string, Standing> } {
  const taken = new Map<string, number>();
  const take = (claim: Claim) => {
    for (const { key } of quotasOf(claim, limits)) taken.set(key, (taken.get(key) ?? 0) + 1);
  };
  for (const claim of held) take(claim);
  const before = new Map<string, number>();
  const admitted: string[] = [];
  const standing = new Map<string, { line: string; waitsFor: WaitsFor; position: number }>();

  for (const claim of waiting) {
    const quotas = quotasOf(claim, limits);
    const obstacle = quotas.find(({ key, limit }) => (taken.get(key) ?? 0) >= limit);
    if (!obstacle && held.length + admitted.length < limits.total) {
      take(claim);
      admitted.push(claim.id);
      continue;
    }
    // Whoever is next for a place will take its share of the quotas then: those behind wait for these.
    if (!obstacle) take(claim);
    const line = obstacle?.key ?? "place";
    standing.set(claim.id, {
      line,
      waitsFor: obstacle?.kind ?? "place",
      position: (before.get(line) ?? 0) + 1,
    });
    const lines = obstacle ? quotas.map(({ key }) => key) : ["place", ...quotas.map((q) => q.key)];
    for (const each of lines) before.set(each, (before.get(each) ?? 0) + 1);
  }
  const standings = new Map(
    [...standing].map(([id, { line, waitsFor, position }]) => [
      id,
      { waitsFor, position, length: before.get(line) ?? position },
    ]),
  );
  return { admitted, standings };
}

function quotasOf(claim: Claim, limits: QueueLimits): Quota[] {
  const { workspaceId, userId, address, publicationId } = claim;
  const quotas: Quota[] = [{ key: `workspace ${workspaceId}`, kind: "workspace", limit: 1 }];
  if (userId !== null) {
    quotas.push({ key: `login ${userId}`, kind: "login", limit: limits.perLogin });
  }
  if (address !== null) {
    quotas.push({ key: `address ${address}`, kind: "address", limit: limits.perAddress });
  }
  const perPublication = limits.perPublication(publicationId);
  quotas.push({ key: `publication ${publicationId}`, kind: "publication", limit: perPublication });
  return quotas;
}
