import { z } from "zod";
import { docker } from "#lib/docker.ts";
import { unlessGone } from "./docker-calls.ts";
import type { ServerUsage } from "./types.ts";

/** The part of a container's statistics that we read. Of one that does not run they are empty. */
const Usage = z.object({
  memory_stats: z.object({
    usage: z.number(),
    stats: z.object({
      inactive_file: z.number().optional(),
      total_inactive_file: z.number().optional(),
    }),
  }),
  cpu_stats: z.object({ cpu_usage: z.object({ total_usage: z.number() }) }),
});

/** What a container uses now; null where it does not run. */
export async function usageOf(ref: string): Promise<ServerUsage | null> {
  const asked = docker().getContainer(ref).stats({ stream: false, "one-shot": true });
  const stats = Usage.safeParse(await unlessGone(asked));
  if (!stats.success) return null;
  const { memory_stats: memory, cpu_stats: cpu } = stats.data;
  // Versions 1 and 2 of control groups name the cached part differently.
  const cached = memory.stats.inactive_file ?? memory.stats.total_inactive_file ?? 0;
  return {
    memoryBytes: Math.max(0, memory.usage - cached),
    cpuSeconds: cpu.cpu_usage.total_usage / 1e9,
  };
}
