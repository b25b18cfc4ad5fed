import { messageOf } from "#lib/errors.ts";
import type { Logger } from "#lib/log.ts";

/**
 * Ends this process in order, once, on SIGTERM, SIGINT or when its supervisor is gone. `signal` aborts first;
 * then the functions given to `onStop` run, last given first, each awaited; then the process exits with 0.
 */
export interface Lifetime {
  signal: AbortSignal;
  onStop: (what: string, work: () => Promise<void> | void) => void;
}

/** Takes charge of this process's end. Unforeseen errors are logged and end it with 1: it is then restarted. */
export function takeCharge(log: Logger): Lifetime {
  const controller = new AbortController();
  const works: { what: string; work: () => Promise<void> | void }[] = [];
  let ending = false;
  const end = async (why: string, code: number) => {
    if (ending) return;
    ending = true;
    log.info({ why }, "stopping");
    controller.abort(new Error(why));
    for (const { what, work } of works.reverse()) {
      try {
        await work();
      } catch (error) {
        log.error({ what, reason: messageOf(error) }, "did not stop in order");
      }
    }
    process.exit(code);
  };
  process.once("SIGTERM", () => void end("SIGTERM", 0));
  process.once("SIGINT", () => void end("SIGINT", 0));
  process.once("disconnect", () => void end("the supervisor is gone", 0));
  process.once("uncaughtException", (error) => {
    log.fatal({ err: error }, "unforeseen error");
    void end("unforeseen error", 1);
  });
  process.once("unhandledRejection", (error) => {
    log.fatal({ err: error }, "unforeseen rejection");
    void end("unforeseen rejection", 1);
  });
  return { signal: controller.signal, onStop: (what, work) => works.push({ what, work }) };
}
