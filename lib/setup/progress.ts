import { messageOf } from "#lib/errors.ts";

/** Where progress goes; tests pass their own. */
export type Say = (line: string) => void;

const toStderr: Say = (line) => process.stderr.write(`${line}\n`);

/** A step of the set-up that failed: its message is the whole story for a person. */
export class SetupError extends Error {
  constructor(step: string, cause: unknown) {
    super(`${step} failed: ${messageOf(cause)}`, { cause });
    this.name = "SetupError";
  }
}

/**
 * Runs one step of the set-up and tells how it goes: a line at the end when it was quick, a line at once and
 * every ten seconds when it takes longer than two. `note` adds what is happening just now.
 */
export async function step<T>(
  title: string,
  work: (note: (text: string) => void) => Promise<T>,
  say: Say = toStderr,
): Promise<T> {
  const started = performance.now();
  const seconds = () => Math.round((performance.now() - started) / 1000);
  let now = "";
  let announced = false;
  let told = "";
  const announce = setTimeout(() => {
    announced = true;
    say(`  … ${title}${now ? `: ${now}` : ""}`);
    told = now;
  }, 2_000);
  const pulse = setInterval(() => {
    const detail = now && now !== told ? `: ${now}` : "";
    told = now;
    say(`  … ${title} (${seconds()} s)${detail}`);
  }, 10_000);
  try {
    const result = await work((text) => {
      now = text.trim().split("\n").at(-1)?.slice(0, 160) ?? "";
    });
    say(`  ✓ ${title}${announced ? ` (${seconds()} s)` : ""}`);
    return result;
  } catch (error) {
    say(`  ✗ ${title}`);
    throw error instanceof SetupError ? error : new SetupError(title, error);
  } finally {
    clearTimeout(announce);
    clearInterval(pulse);
  }
}
