import fc from "fast-check";
import { expect, test } from "vitest";
import { type Outcome, together } from "#lib/together.ts";

test("calls that come while one is under way are done together, at most so many, each with its own outcome", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ fails: fc.boolean(), waits: fc.boolean() }), { maxLength: 40 }),
      fc.integer({ min: 1, max: 5 }),
      async (calls, most) => {
        const batches: number[][] = [];
        let isUnderWay = false;
        const double = together<number, number>(most, async (inputs) => {
          expect(isUnderWay).toBe(false);
          isUnderWay = true;
          batches.push(inputs);
          await new Promise((resolve) => setImmediate(resolve));
          isUnderWay = false;
          return inputs.map(
            (input): Outcome<number> =>
              calls[input]?.fails ? { error: new Error(`no ${input}`) } : { value: input * 2 },
          );
        });
        const answers: Promise<number | string>[] = [];
        for (const [index, { waits }] of calls.entries()) {
          if (waits) await Promise.allSettled(answers);
          answers.push(double(index).catch((error: Error) => error.message));
        }
        expect(await Promise.all(answers)).toEqual(
          calls.map(({ fails }, index) => (fails ? `no ${index}` : index * 2)),
        );
        expect(batches.flat()).toEqual(calls.map((_, index) => index));
        expect(batches.every(({ length }) => length >= 1 && length <= most)).toBe(true);
      },
    ),
  );
});

test("those behind share one turn", async () => {
  const sizes: number[] = [];
  const call = together<number, number>(10, async (inputs) => {
    sizes.push(inputs.length);
    await new Promise((resolve) => setImmediate(resolve));
    return inputs.map((value) => ({ value }));
  });
  await Promise.all([1, 2, 3, 4].map(call));
  expect(sizes).toEqual([1, 3]);
});

test("where the work itself fails, all of its calls do, and the next ones are done", async () => {
  let turn = 0;
  const call = together<string, string>(10, async (inputs) => {
    turn += 1;
    await new Promise((resolve) => setImmediate(resolve));
    if (turn === 2) throw new Error("down");
    // An outcome too few is an error of that call, not of the others.
    return inputs.slice(0, 2).map((value) => ({ value }));
  });
  const [first, ...second] = await Promise.allSettled(["a", "b", "c"].map(call));
  expect(first).toMatchObject({ status: "fulfilled", value: "a" });
  expect(second.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await call("d")).toBe("d");
  const last = await Promise.allSettled(["e", "f", "g", "h"].map(call));
  expect(last.map(({ status }) => status)).toEqual([
    "fulfilled",
    "fulfilled",
    "fulfilled",
    "rejected",
  ]);
});
