import { setTimeout as delay } from "node:timers/promises";
import { db } from "#lib/db/index.ts";
import { messageOf } from "#lib/errors.ts";
import { logger } from "#lib/log.ts";
import { engine } from "./engine.ts";
import { retireDeadSlot } from "./pool/index.ts";
import { noteExit } from "./reap.ts";

/** Ends sessions as soon as their server dies, until `signal` aborts. The reaper finds what this misses. */
export async function watchServers(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      // Tried out now, so that the first session need not wait for it.
      await engine().capabilities();
      for await (const { sessionId } of engine().events(signal)) {
        const session = await db().session.findUnique({ where: { id: sessionId } });
        if (session?.state === "ready") await noteExit(session);
        else if (!session) await retireDeadSlot(sessionId);
      }
    } catch (error) {
      if (signal.aborted) return;
      logger("sessions").warn({ reason: messageOf(error) }, "no news from the engine");
    }
    // The engine is down or being restarted. Only `signal` cuts the wait short, and the loop looks at it next.
    await delay(1_000, undefined, { signal }).catch(() => undefined);
  }
}
