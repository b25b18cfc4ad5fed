import { db } from "#lib/db/index.ts";

/** How many servers wait, and how many are being made. */
export async function poolState(): Promise<{ ready: number; starting: number }> {
  const groups = await db().slot.groupBy({ by: ["state"], _count: true });
  const count = (state: string) => groups.find((group) => group.state === state)?._count ?? 0;
  return { ready: count("ready"), starting: count("starting") };
}
