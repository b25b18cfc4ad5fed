import fc from "fast-check";
import { expect, test } from "vitest";
import { versionTransitions } from "#lib/archive/version-state.ts";

type State = keyof typeof versionTransitions;
const states = Object.keys(versionTransitions) as State[];

test("what was published is never a draft again, and a tombstone stays one", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...states), { maxLength: 20 }), (wishes) => {
      let state: State = "draft";
      let published = false;
      for (const wish of wishes) {
        if (!versionTransitions[state].includes(wish)) continue;
        state = wish;
        published ||= state === "published";
        if (published) expect(["published", "withdrawn"]).toContain(state);
      }
    }),
  );
  expect(versionTransitions.withdrawn).toEqual([]);
  expect(versionTransitions.draft).toEqual(["publishing"]);
});
