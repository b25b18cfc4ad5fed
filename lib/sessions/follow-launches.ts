import { z } from "zod";
import { db } from "#lib/db/index.ts";
import { messageOf } from "#lib/errors.ts";
import { type ColophonEvent, subscribe } from "#lib/events/index.ts";
import { logger } from "#lib/log.ts";
import { runLaunch } from "./run-start.ts";
import { shortName } from "./state.ts";

/** Woken by each launch that was handed a slot. */
const launchTopic = "sessions:launched";
const Launch = z.object({ sessionId: z.string(), at: z.number() });

const lookEveryMs = 5_000;

/** Tells the workers of a session that needs only its files. */
export function launchEvent(sessionId: string): ColophonEvent {
  return { topic: launchTopic, data: { sessionId, at: Date.now() } };
}

/**
 * Starts warm sessions the moment that they are launched, until `signal` aborts: no job is made for them. The record is
 * the safety net: what was launched while nobody listened, or was left by a worker that died, is looked for.
 */
export async function followLaunches(signal: AbortSignal): Promise<void> {
  const start = (sessionId: string) => {
    runLaunch(sessionId).catch((error: unknown) => {
      if (!signal.aborted) logger("sessions").warn({ reason: messageOf(error) }, "start failed");
    });
  };
  const startAll = () => {
    db()
      .session.findMany({ where: { state: "starting", warm: true }, select: { id: true } })
      .then((sessions) => {
        for (const { id } of sessions) start(id);
      })
      .catch((error: unknown) => {
        logger("sessions").warn({ reason: messageOf(error) }, "launches could not be read");
      });
  };
  const end = await subscribe(launchTopic, (data) => {
    const launch = Launch.safeParse(data);
    if (!launch.success) return startAll();
    const { sessionId, at } = launch.data;
    const session = shortName(sessionId);
    logger("sessions").info({ session, notifyMs: Date.now() - at }, "slot was handed out");
    start(sessionId);
  });
  const timer = setInterval(startAll, lookEveryMs);
  signal.addEventListener(
    "abort",
    () => {
      end();
      clearInterval(timer);
    },
    { once: true },
  );
  startAll();
}
