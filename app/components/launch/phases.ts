import type { BuildView } from "#lib/environments/index.ts";
import type { SessionView } from "#lib/sessions/index.ts";

export const phases = ["Preparing", "Building", "Starting", "Ready"] as const;
export type Phase = (typeof phases)[number];

type BuildState = BuildView["state"] | null;

/** Where a launch stands, in the four words that its page shows. */
export function phaseOf(
  session: Pick<SessionView, "state" | "buildId" | "readyAt">,
  build: BuildState,
): Phase {
  if (session.state === "ready" || session.state === "stopping") return "Ready";
  if (session.state === "ended" && session.readyAt) return "Ready";
  if (build === "building" || build === "queued" || build === "failed" || build === "cancelled") {
    return "Building";
  }
  if (session.state === "queued") return "Preparing";
  return "Starting";
}
