import fc from "fast-check";
import { expect, test } from "vitest";
import { statesBefore } from "#lib/db/transition.ts";
import { buildTransitions } from "#lib/environments/state.ts";

type State = keyof typeof buildTransitions;
const states = Object.keys(buildTransitions) as State[];

test("whatever is asked for in whatever order, a finished build never changes again", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...states), { maxLength: 12 }), (wishes) => {
      let state: State = "queued";
      const path: State[] = [state];
      for (const wish of wishes) {
        if (!statesBefore(buildTransitions, wish).includes(state)) continue;
        state = wish;
        path.push(state);
      }
      const finished = path.findIndex((s) => ["built", "failed", "cancelled"].includes(s));
      if (finished >= 0) expect(finished).toBe(path.length - 1);
      if (path.includes("built")) expect(path).toContain("building");
    }),
  );
});
