/**
 * Makes a gate that lets at most `count` pieces of work through at once; the others wait in the order in which they
 * came, for as long as it takes. Gives what the work gives.
 */
export function atMost(count: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = count;
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      // The place is handed on, so that nobody slips in between.
      if (next) next();
      else free += 1;
    }
  };
}
