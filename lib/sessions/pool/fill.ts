import { config } from "#lib/config.ts";
import { db } from "#lib/db/index.ts";
import { logger } from "#lib/log.ts";
import { engine } from "../engine.ts";
import { newSessionId, newSessionToken } from "../identifiers.ts";
import { kernelIsIdle } from "../server-calls.ts";
import { serverAnswers, startServer } from "../start-server.ts";
import { shortName } from "../state.ts";
import { learnCost } from "./cost.ts";
import { retireSlot } from "./retire.ts";
import { makeSlotDirectory } from "./slot-folder.ts";

/**
 * Starts a server that waits for a session, with its kernel idle. Recorded before it is started: whoever dies in
 * between leaves a row by which it is found. Throws what keeps the server from coming up.
 */
export async function fillSlot(
  environment: { key: string; imageId: string },
  signal: AbortSignal,
): Promise<void> {
  const began = performance.now();
  const slot = await db().slot.create({
    data: {
      id: newSessionId(),
      token: newSessionToken(),
      environmentKey: environment.key,
      imageId: environment.imageId,
      expiresAt: new Date(Date.now() + config().pool.slotSeconds * 1000),
    },
  });
  try {
    const server = await startServer(slot, {
      image: environment.imageId,
      workspace: { kind: "later", source: await makeSlotDirectory(slot.id) },
      env: { COLOPHON_CLAIM: "1" },
      inBackground: true,
    });
    await serverAnswers(slot, server, signal, (any) => kernelIsIdle(slot, server.address, any));
    await learnCost(environment.imageId, server.ref);
    // Idle now, it is in nobody's way; at a claim there is no time for it.
    await engine().bringForward(server.ref);
    const { ref: engineRef, address } = server;
    await db().slot.update({
      where: { id: slot.id },
      data: { state: "ready", engineRef, address, readyAt: new Date() },
    });
    const ms = Math.round(performance.now() - began);
    logger("pool").info({ slot: shortName(slot.id), ms }, "slot is ready");
  } catch (error) {
    await retireSlot(slot.id, "failed");
    throw error;
  }
}
