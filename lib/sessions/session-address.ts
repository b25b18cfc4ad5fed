import { z } from "zod";

/** A server's address as a session's row holds it. */
export const StoredAddress = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("unix"), path: z.string() }),
  z.object({ kind: z.literal("tcp"), host: z.string(), port: z.number() }),
]);
