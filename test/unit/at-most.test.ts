import fc from "fast-check";
import { expect, test } from "vitest";
import { atMost } from "#lib/at-most.ts";

test("never more at once than allowed, in the order of their coming, and a failure frees its place", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }),
      async (scheduler, count, fails) => {
        const gate = atMost(count);
        const begun: number[] = [];
        let under = 0;
        const all = fails.map((isFailing, index) =>
          gate(async () => {
            begun.push(index);
            under += 1;
            expect(under).toBeLessThanOrEqual(count);
            await scheduler.schedule(Promise.resolve());
            under -= 1;
            if (isFailing) throw new Error("failed");
            return index;
          }),
        );
        const outcomes = Promise.allSettled(all);
        await scheduler.waitFor(outcomes);
        expect((await outcomes).map(({ status }) => status === "rejected")).toEqual(fails);
        expect(begun).toEqual(fails.map((_, index) => index));
      },
    ),
  );
});
