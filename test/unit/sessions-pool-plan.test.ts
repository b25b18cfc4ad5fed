import fc from "fast-check";
import { expect, test } from "vitest";
import { type Candidate, type PoolLimits, planSlots } from "#lib/sessions/pool/plan.ts";

const candidates = fc.uniqueArray(
  fc.record({
    key: fc.string({ minLength: 1, maxLength: 6 }),
    weight: fc.double({ min: 0, max: 50, noNaN: true }),
    costBytes: fc.integer({ min: 1, max: 500 }),
  }),
  { selector: ({ key }) => key, maxLength: 12 },
);
const limits = fc.record({
  memoryBytes: fc.integer({ min: 0, max: 5_000 }),
  min: fc.integer({ min: 0, max: 4 }),
  max: fc.integer({ min: 1, max: 12 }),
});

const count = (plan: Map<string, number>, { key }: Candidate) => plan.get(key) ?? 0;
const cost = (plan: Map<string, number>, of: Candidate[]) =>
  of.reduce((sum, one) => sum + count(plan, one) * one.costBytes, 0);
const holds = (property: (of: Candidate[], within: PoolLimits) => void) =>
  fc.assert(fc.property(candidates, limits, property), { numRuns: 500 });

test("no plan takes more memory than there is, nor more servers of one environment than may wait", () => {
  holds((of, within) => {
    const plan = planSlots(of, within);
    expect(cost(plan, of)).toBeLessThanOrEqual(within.memoryBytes);
    for (const one of of) expect(count(plan, one)).toBeLessThanOrEqual(within.max);
  });
});

test("every environment has its floor where the memory is enough for all floors", () => {
  holds((of, within) => {
    const floor = Math.min(within.min, within.max);
    const needed = of.reduce((sum, one) => sum + floor * one.costBytes, 0);
    const plan = planSlots(of, { ...within, memoryBytes: within.memoryBytes + needed });
    for (const one of of) expect(count(plan, one)).toBeGreaterThanOrEqual(floor);
  });
});

test("an environment that is launched more never has fewer than one that costs as much", () => {
  holds((of, within) => {
    const alike = of.map((one) => ({ ...one, costBytes: 100 }));
    const plan = planSlots(alike, within);
    for (const a of alike) {
      for (const b of alike) {
        if (a.weight > b.weight) expect(count(plan, a)).toBeGreaterThanOrEqual(count(plan, b));
      }
    }
  });
});

test("nothing waits beyond the floor that recent launches do not ask for", () => {
  holds((of, within) => {
    const plan = planSlots(of, within);
    for (const one of of) {
      const most = Math.max(Math.min(within.min, within.max), Math.ceil(one.weight));
      expect(count(plan, one)).toBeLessThanOrEqual(most);
    }
  });
});

test("memory that would do for one more wanted server is not left unused", () => {
  holds((of, within) => {
    const plan = planSlots(of, within);
    const left = within.memoryBytes - cost(plan, of);
    for (const one of of) {
      const wanted = Math.min(within.max, Math.max(within.min, Math.ceil(one.weight)));
      if (count(plan, one) < wanted) expect(one.costBytes).toBeGreaterThan(left);
    }
  });
});

test("the order in which environments are found makes no difference", () => {
  fc.assert(
    fc.property(candidates, limits, fc.func(fc.integer()), (of, within, rank) => {
      const shuffled = of.toSorted((a, b) => rank(a.key) - rank(b.key));
      expect([...planSlots(shuffled, within)].sort()).toEqual([...planSlots(of, within)].sort());
    }),
  );
});

test("a course that has just begun gets what the floors leave", () => {
  const of = [
    { key: "course", weight: 30, costBytes: 100 },
    { key: "paper", weight: 1.2, costBytes: 100 },
    { key: "fresh", weight: 0, costBytes: 100 },
  ];
  const plan = planSlots(of, { memoryBytes: 1_000, min: 1, max: 12 });
  expect(Object.fromEntries(plan)).toEqual({ course: 8, paper: 1, fresh: 1 });
  expect(planSlots(of, { memoryBytes: 0, min: 1, max: 12 }).get("course")).toBe(0);
});
