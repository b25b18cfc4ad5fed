import fc from "fast-check";
import { expect, test } from "vitest";
import { type Claim, type QueueLimits, settle } from "#lib/sessions/queue.ts";

// Few addresses, people and papers, so that quotas collide all the time.
const newcomer = fc.record({
  userId: fc.constantFrom(null, "ann", "ben"),
  address: fc.constantFrom(null, "a1", "a2"),
  publicationId: fc.constantFrom("p1", "p2", "p3"),
  sharesWorkspace: fc.boolean(),
});
const event = fc.oneof(
  { weight: 3, arbitrary: newcomer.map((who) => ({ kind: "arrives" as const, who })) },
  { weight: 2, arbitrary: fc.nat().map((nth) => ({ kind: "ends" as const, nth })) },
  { weight: 1, arbitrary: fc.nat().map((nth) => ({ kind: "gives up" as const, nth })) },
);
const limitsOf = fc.record({
  total: fc.integer({ min: 1, max: 5 }),
  perAddress: fc.integer({ min: 1, max: 4 }),
  perLogin: fc.integer({ min: 1, max: 3 }),
  p1: fc.integer({ min: 1, max: 3 }),
});

/** The rules in their plainest words, to hold the queue to. */
function hindrance(claim: Claim, held: readonly Claim[], limits: QueueLimits): string | null {
  const sharing = (key: keyof Claim) => held.filter((each) => each[key] === claim[key]).length;
  if (sharing("workspaceId") >= 1) return "workspace";
  if (claim.userId !== null && sharing("userId") >= limits.perLogin) return "login";
  if (claim.address !== null && sharing("address") >= limits.perAddress) return "address";
  if (sharing("publicationId") >= limits.perPublication(claim.publicationId)) return "publication";
  return held.length >= limits.total ? "place" : null;
}

test("no quota is exceeded, no place left empty, and who came first goes first", () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), limitsOf, (events, { p1, ...numbers }) => {
      const limits: QueueLimits = {
        ...numbers,
        perPublication: (id) => (id === "p1" ? p1 : 3),
      };
      let held: Claim[] = [];
      let waiting: Claim[] = [];
      let count = 0;
      const look = () => {
        const { admitted, standings } = settle(held, waiting, limits);
        // One after the other: each that starts was the first in order that could.
        for (const id of admitted) {
          const first = waiting.find((claim) => hindrance(claim, held, limits) === null);
          expect(first?.id).toBe(id);
          held = [...held, ...waiting.filter((claim) => claim.id === id)];
          waiting = waiting.filter((claim) => claim.id !== id);
        }
        // Work-conserving: whoever still waits is hindered by something of its own, or all places are taken.
        for (const claim of waiting) expect(hindrance(claim, held, limits)).not.toBeNull();
        expect([...standings.keys()]).toEqual(waiting.map(({ id }) => id));
        return standings;
      };
      for (const each of events) {
        if (each.kind === "arrives") {
          count += 1;
          const { sharesWorkspace, ...who } = each.who;
          const workspaceId = sharesWorkspace ? "shared" : `w${count}`;
          waiting = [...waiting, { ...who, id: `s${count}`, workspaceId }];
        } else if (each.kind === "ends") {
          held = held.filter((_, at) => at !== each.nth % Math.max(1, held.length));
        } else {
          waiting = waiting.filter((_, at) => at !== each.nth % Math.max(1, waiting.length));
        }
        look();
      }
      // Nobody starves: once no more come, everybody has had a turn after as many ends as there are sessions.
      for (let left = held.length + waiting.length; left > 0; left -= 1) {
        held = held.slice(1);
        look();
      }
      expect(waiting).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
});

test("a place in the queue is honest: the first starts next, and only those who came earlier can get before one", () => {
  const arrival = (id: string) => Number(id.slice(1));
  fc.assert(
    fc.property(
      fc.array(newcomer, { minLength: 1, maxLength: 25 }),
      limitsOf,
      fc.array(fc.nat(), { maxLength: 25 }),
      (people, { p1, ...numbers }, ends) => {
        const limits = { ...numbers, perPublication: (id: string) => (id === "p1" ? p1 : 3) };
        let held: Claim[] = [];
        let waiting: Claim[] = people.map(({ sharesWorkspace, ...who }, at) => ({
          ...who,
          id: `s${at}`,
          workspaceId: sharesWorkspace ? "shared" : `w${at}`,
        }));
        let before: ReturnType<typeof settle>["standings"] = new Map();
        for (const end of [0, ...ends]) {
          const someoneEnded = held.length > 0;
          held = held.filter((_, at) => at !== end % Math.max(1, held.length));
          const { admitted, standings } = settle(held, waiting, limits);
          held = [...held, ...waiting.filter(({ id }) => admitted.includes(id))];
          waiting = waiting.filter(({ id }) => !admitted.includes(id));
          const inLine = [...standings].filter(([, { waitsFor }]) => waitsFor === "place");
          expect(inLine.map(([, { position }]) => position)).toEqual(inLine.map((_, at) => at + 1));
          for (const [id, { position, length }] of standings) {
            expect(position).toBeGreaterThanOrEqual(1);
            expect(position).toBeLessThanOrEqual(length);
            const last = before.get(id);
            if (last?.waitsFor !== "place" || standings.get(id)?.waitsFor !== "place") continue;
            const earlier = [...before].filter(
              ([other, { waitsFor }]) => waitsFor !== "place" && arrival(other) < arrival(id),
            );
            expect(position).toBeLessThanOrEqual(last.position + earlier.length);
          }
          const first = [...before].find(
            ([, { waitsFor, position }]) => waitsFor === "place" && position === 1,
          )?.[0];
          if (first !== undefined && someoneEnded) {
            expect(arrival(admitted[0] ?? "s999")).toBeLessThanOrEqual(arrival(first));
          }
          before = standings;
        }
      },
    ),
    { numRuns: 1_000 },
  );
});

test("who waits for a quota of their own holds up nobody, and is told what they wait for", () => {
  const claim = (id: string, rest: Partial<Claim> = {}): Claim => ({
    id,
    publicationId: "p",
    workspaceId: id,
    userId: null,
    address: null,
    ...rest,
  });
  const limits = { total: 3, perAddress: 1, perLogin: 9, perPublication: () => 9 };
  const { admitted, standings } = settle(
    [claim("a", { address: "x" })],
    [
      claim("b", { address: "x" }),
      claim("c", { address: "x" }),
      claim("d"),
      claim("e"),
      claim("f"),
    ],
    limits,
  );
  expect(admitted).toEqual(["d", "e"]);
  expect(Object.fromEntries(standings)).toEqual({
    b: { waitsFor: "address", position: 1, length: 2 },
    c: { waitsFor: "address", position: 2, length: 2 },
    f: { waitsFor: "place", position: 1, length: 1 },
  });
});
