/** An environment for which servers may wait. */
export interface Candidate {
  key: string;
  /** Recent launches, each counted less the longer ago it was: how many may be expected at once. */
  weight: number;
  /** What one waiting server of it takes, in bytes. */
  costBytes: number;
}

export interface PoolLimits {
  /** Bytes for all waiting servers together. */
  memoryBytes: number;
  /** Servers for each candidate, as far as the memory goes. */
  min: number;
  /** Most servers for one candidate. */
  max: number;
}

/**
 * How many servers shall wait for each environment. First the floor, the most wanted environments first; then one at a
 * time to whoever has the most launches for each server it would have (highest averages), up to as many as it had
 * recent launches, its ceiling, and the end of the memory. The same input in any order gives the same plan.
 */
export function planSlots(candidates: Candidate[], limits: PoolLimits): Map<string, number> {
  const inOrder = candidates.toSorted(
    (a, b) => b.weight - a.weight || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0),
  );
  const plan = new Map(inOrder.map(({ key }) => [key, 0]));
  let left = limits.memoryBytes;
  const give = ({ key, costBytes }: Candidate): boolean => {
    if (costBytes > left) return false;
    left -= costBytes;
    plan.set(key, (plan.get(key) ?? 0) + 1);
    return true;
  };
  const has = ({ key }: Candidate) => plan.get(key) ?? 0;

  const floor = Math.min(limits.min, limits.max);
  // One each before anybody has two: a page that is opened for the first time is then warm.
  for (let round = 0; round < floor; round += 1) for (const candidate of inOrder) give(candidate);

  const wants = (candidate: Candidate) =>
    has(candidate) < Math.min(limits.max, Math.ceil(candidate.weight));
  let open = inOrder.filter(wants);
  while (open.length > 0) {
    const next = open.reduce((best, one) =>
      one.weight / (has(one) + 1) > best.weight / (has(best) + 1) ? one : best,
    );
    const isGiven = give(next);
    open = open.filter((one) => (one === next && !isGiven ? false : wants(one)));
  }
  return plan;
}
