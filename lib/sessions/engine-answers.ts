import { messageOf } from "#lib/errors.ts";
import { logger } from "#lib/log.ts";
import { engine } from "./engine.ts";

const patienceMs = 4_000;
const holdsMs = 3_000;

let leftAt = Number.NEGATIVE_INFINITY;

/** Noted by whoever listens to the engine: it has gone away, or came back without having been heard to go. */
export function noteEngineLeft(): void {
  leftAt = performance.now();
}

/** Whether the engine went away after a moment (of `performance.now()`): what failed since may be no fault of its own. */
export function engineLeftSince(moment: number): boolean {
  return leftAt > moment;
}

let last: { at: number; answers: Promise<boolean> } | undefined;

/** Whether the engine answers, within seconds; one that hangs does not. */
export async function askEngine(): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("no answer in time")), patienceMs);
  });
  try {
    await Promise.race([engine().ping(), late]);
    return true;
  } catch (error) {
    logger("queue").warn({ reason: messageOf(error) }, "the engine does not answer");
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** The same, asked at most every few seconds, however many pages want to know. */
export async function engineAnswers(): Promise<boolean> {
  const now = performance.now();
  if (!last || now - last.at > holdsMs) last = { at: now, answers: askEngine() };
  return await last.answers;
}
