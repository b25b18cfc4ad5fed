import type { SessionView } from "#lib/sessions/index.ts";

/** What to ask for a new session that opens what an earlier one did. */
export function sameAgain({ path, app }: Pick<SessionView, "path" | "app">, doi: string) {
  return { doi, ...(path ? { path } : {}), ...(app ? { app } : {}) };
}
