/** What one benchmark found: ours and the baseline from the same run, in the same unit. */
export interface Result {
  name: string;
  /** What was measured, in one line. */
  what: string;
  unit: "s" | "ms" | "MiB";
  ours: number;
  baseline: number;
  /** What the baseline is. */
  against: string;
  /** ours ÷ baseline: below 1 we are better. */
  ratio: number;
  /** Parts, limits and what else is worth knowing. */
  notes: string[];
}

/** Seconds that `work` takes. */
export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

/** The middle one of some numbers (the mean of the two middle ones of an even count). */
export function median(numbers: number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return sorted.length % 2 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** The number that `percent` of a hundred are at most (nearest rank). */
export function percentile(numbers: number[], percent: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}

/** Fills in the ratio. */
export function result(found: Omit<Result, "ratio">): Result {
  return { ...found, ratio: found.ours / found.baseline };
}

const digits = (value: number) => (value < 10 ? value.toFixed(3) : value.toFixed(1));

/** A result as text: one line with the numbers, then its notes. */
export function render(r: Result): string {
  const line = `${r.name.padEnd(8)} ours ${digits(r.ours)} ${r.unit}   ${r.against} ${digits(r.baseline)} ${r.unit}   ratio ${r.ratio.toFixed(3)}`;
  return [line, `         ${r.what}`, ...r.notes.map((note) => `         ${note}`)].join("\n");
}
