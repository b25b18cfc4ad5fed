import { engine } from "../engine.ts";

const assumedBytes = 160 * 1024 ** 2;
const step = 16 * 1024 ** 2;

const learned = new Map<string, number>();

/** Bytes of memory that a waiting server of this image takes: as measured, else assumed. */
export function slotCost(imageId: string): number {
  return learned.get(imageId) ?? assumedBytes;
}

/** Measures a waiting server. The most that was seen counts, in steps, so that plans do not go to and fro. */
export async function learnCost(imageId: string, ref: string): Promise<void> {
  const bytes = (await engine().usage(ref))?.memoryBytes ?? null;
  if (bytes === null) return;
  const rounded = Math.ceil(bytes / step) * step;
  learned.set(imageId, Math.max(rounded, learned.get(imageId) ?? 0));
}
