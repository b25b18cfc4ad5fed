import { randomBytes } from "node:crypto";
import { open } from "node:fs/promises";

export const gibibyte = 1024 ** 3;

/** Writes a file of `bytes` random bytes: nothing in it can be deduplicated or compressed. */
export async function writeRandomFile(file: string, bytes: number): Promise<void> {
  const handle = await open(file, "w");
  try {
    for (let written = 0; written < bytes; ) {
      const chunk = randomBytes(Math.min(16 * 1024 ** 2, bytes - written));
      await handle.write(chunk);
      written += chunk.length;
    }
  } finally {
    await handle.close();
  }
}
