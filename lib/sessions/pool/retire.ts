import { rm } from "node:fs/promises";
import { db } from "#lib/db/index.ts";
import { publishEvent } from "#lib/events/index.ts";
import { logger } from "#lib/log.ts";
import { engine } from "../engine.ts";
import { socketDirectory } from "../installation.ts";
import { shortName } from "../state.ts";
import { removeSlotDirectory } from "./slot-folder.ts";
import { poolTopic } from "./topic.ts";

/** Why a slot goes. */
export type RetireReason =
  | "expired"
  | "another image"
  | "server gone"
  | "half made"
  | "not wanted"
  | "failed";

/**
 * Takes a slot out of the pool, and its server away. The row goes first: from then on nobody can be given it. Gives
 * false when somebody has it already: then it is theirs.
 */
export async function retireSlot(id: string, reason: RetireReason): Promise<boolean> {
  const { count } = await db().slot.deleteMany({ where: { id } });
  if (count === 0) return false;
  for (const { ref, sessionId } of await engine().list()) {
    if (sessionId === id) await engine().remove(ref);
  }
  await removeSlotDirectory(id);
  await rm(socketDirectory(id), { recursive: true, force: true });
  logger("pool").info({ slot: shortName(id), reason }, "slot retired");
  return true;
}

/** Retires the slot whose server has just died, if it was one's. */
export async function retireDeadSlot(id: string): Promise<void> {
  const slot = await db().slot.findUnique({ where: { id } });
  // One that is being made is looked after by whoever makes it.
  if (slot?.state !== "ready") return;
  if (await retireSlot(id, "server gone")) await publishEvent(poolTopic, null);
}
