import type { LiveRequest } from "./state.ts";

/** A session of this paper that this browser began. */
export interface Remembered {
  session: string;
  /** When, as milliseconds since the epoch. */
  at: number;
}

function key({ subject, path }: LiveRequest): string {
  const name = "doi" in subject ? subject.doi : subject.fork;
  return `colophon.live.${name}:${path}`;
}

/** Notes which session runs this paper here, so that a reader who comes back can go on. */
export function remember(request: LiveRequest, session: string): void {
  const noted: Remembered = { session, at: Date.now() };
  localStorage.setItem(key(request), JSON.stringify(noted));
}

/** The session that was noted, or null. */
export function recall(request: LiveRequest): Remembered | null {
  const noted = localStorage.getItem(key(request));
  if (noted === null) return null;
  try {
    const value: unknown = JSON.parse(noted);
    if (typeof value !== "object" || value === null) return null;
    if (!("session" in value) || typeof value.session !== "string") return null;
    const at = "at" in value && typeof value.at === "number" ? value.at : 0;
    return { session: value.session, at };
  } catch (error) {
    // Written by something else under our name.
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

export function forget(request: LiveRequest): void {
  localStorage.removeItem(key(request));
}
