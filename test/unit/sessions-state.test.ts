import fc from "fast-check";
import { expect, test } from "vitest";
import { sessionTransitions } from "#lib/sessions/state.ts";
import type { SessionState } from "#lib/sessions/types.ts";

const states = Object.keys(sessionTransitions) as SessionState[];

test("whatever happens to a session, it comes to an end and stays there", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: states.length, maxLength: 30 }), (choices) => {
      let state: SessionState = "queued";
      const seen = new Set<SessionState>([state]);
      for (const choice of choices) {
        const next: readonly SessionState[] = sessionTransitions[state];
        if (next.length === 0) break;
        state = next[choice % next.length] as SessionState;
        // No state is ever entered a second time: there are no circles.
        expect(seen.has(state)).toBe(false);
        seen.add(state);
      }
      expect(["ended", "failed"]).toContain(state);
    }),
  );
});

test("a session is never ready without having been started, nor started again once it stops", () => {
  const before = (to: SessionState) =>
    states.filter((from) => sessionTransitions[from].includes(to));
  expect(before("ready")).toEqual(["starting"]);
  expect(before("starting")).toEqual(["queued"]);
  expect(sessionTransitions.stopping).toEqual(["ended", "failed"]);
});
