import { db } from "#lib/db/index.ts";
import { engine } from "../engine.ts";
import { type RetireReason, retireSlot } from "./retire.ts";

/**
 * Brings the slots' rows and the engine together: retires those that are past their time, run another image than their
 * environment's present one, have lost their server, or were left half made by a worker that died. To be called by
 * whoever makes slots, while making none.
 */
export async function tidySlots(): Promise<void> {
  const slots = await db().slot.findMany({
    include: { environment: { select: { imageId: true } } },
  });
  // The engine last: whatever was recorded as ready runs by now, unless it has died.
  const servers = slots.length ? await engine().list() : [];
  const running = new Set(
    servers.filter(({ state }) => state === "running").map(({ sessionId }) => sessionId),
  );
  const now = Date.now();
  const reasonFor = (slot: (typeof slots)[number]): RetireReason | null => {
    if (slot.state === "starting") return "half made";
    if (!running.has(slot.id)) return "server gone";
    if (slot.imageId !== slot.environment.imageId) return "another image";
    return slot.expiresAt.getTime() <= now ? "expired" : null;
  };
  for (const slot of slots) {
    const reason = reasonFor(slot);
    if (reason) await retireSlot(slot.id, reason);
  }
}
