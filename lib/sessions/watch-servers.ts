import { setTimeout as delay } from "node:timers/promises";
import { db } from "#lib/db/index.ts";
import { resumeBuilds } from "#lib/environments/index.ts";
import { messageOf } from "#lib/errors.ts";
import { publishEvent } from "#lib/events/index.ts";
import { enqueue } from "#lib/jobs/index.ts";
import { logger } from "#lib/log.ts";
import { engine } from "./engine.ts";
import { noteEngineLeft } from "./engine-answers.ts";
import { poolTopic, retireDeadSlot } from "./pool/index.ts";
import { noteExit } from "./reap.ts";
import { placesTopic } from "./state.ts";

/** Ends sessions as soon as their server dies, until `signal` aborts. The reaper finds what this misses. */
export async function watchServers(signal: AbortSignal): Promise<void> {
  let wasAway = false;
  while (!signal.aborted) {
    try {
      // Tried out now, so that the first session need not wait for it.
      await engine().capabilities();
      await engine().ping();
      if (wasAway) await resume();
      wasAway = false;
      for await (const { sessionId } of engine().events(signal)) {
        const session = await db().session.findUnique({ where: { id: sessionId } });
        if (session?.state === "ready") await noteExit(session);
        else if (!session) await retireDeadSlot(sessionId);
      }
      // It never stops telling by itself: it has ended, and may be back already.
      wasAway = true;
      noteEngineLeft();
    } catch (error) {
      if (signal.aborted) return;
      wasAway = true;
      noteEngineLeft();
      logger("sessions").warn({ reason: messageOf(error) }, "no news from the engine");
    }
    // The engine is down or being restarted. Only `signal` cuts the wait short, and the loop looks at it next.
    await delay(1_000, undefined, { signal }).catch(() => undefined);
  }
}

/** Takes up what waited for the engine: builds, starts that were under way, the queue. */
async function resume(): Promise<void> {
  logger("sessions").info("the engine answers again");
  await resumeBuilds();
  const starting = await db().session.findMany({
    where: { OR: [{ state: "starting" }, { state: "queued", environment: { imageId: null } }] },
    select: { id: true },
  });
  for (const { id } of starting) await enqueue("start-session", { sessionId: id });
  await publishEvent(placesTopic, null);
  // Servers that waited may have ended with it.
  await publishEvent(poolTopic, null);
}
