/** What became of one of several that were done together. */
export type Outcome<O> = { value: O } | { error: unknown };

/**
 * Makes a function whose calls are done together: those that come while a `work` is under way share the next one, at most
 * `most` of them, in the order in which they came. `work` gives an outcome for each; where it throws, all of its calls do.
 */
export function together<I, O>(
  most: number,
  work: (inputs: I[]) => Promise<Outcome<O>[]>,
): (input: I) => Promise<O> {
  interface Call {
    input: I;
    resolve: (value: O) => void;
    reject: (error: unknown) => void;
  }
  const waiting: Call[] = [];
  let isWorking = false;

  const run = async (): Promise<void> => {
    isWorking = true;
    for (let calls = waiting.splice(0, most); calls.length > 0; calls = waiting.splice(0, most)) {
      try {
        const outcomes = await work(calls.map(({ input }) => input));
        calls.forEach(({ resolve, reject }, index) => {
          const outcome = outcomes[index];
          if (outcome === undefined) reject(new Error("a call was forgotten"));
          else if ("error" in outcome) reject(outcome.error);
          else resolve(outcome.value);
        });
      } catch (error) {
        for (const { reject } of calls) reject(error);
      }
    }
    isWorking = false;
  };

  return (input) =>
    new Promise((resolve, reject) => {
      waiting.push({ input, resolve, reject });
      if (!isWorking) void run();
    });
}
