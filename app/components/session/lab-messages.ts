/** What the notebook in the frame says of itself. Source: the lab extension in builder/assets. */
export interface LabState {
  /** Something in it is not saved yet. */
  dirty: boolean;
  /** When something was last saved, ISO; null: not since it was opened. */
  savedAt: string | null;
  /** Code is running. */
  busy: boolean;
}

/** Asks the notebook in the frame to save everything; it answers with a state. */
export const saveRequest = { type: "colophon:save" } as const;

/** A message of the notebook's; null for anything else that a page may send. */
export function readLabMessage(data: unknown): LabState | null {
  if (typeof data !== "object" || data === null) return null;
  if (Reflect.get(data, "type") !== "colophon:state") return null;
  const dirty: unknown = Reflect.get(data, "dirty");
  const busy: unknown = Reflect.get(data, "busy");
  const savedAt: unknown = Reflect.get(data, "savedAt");
  if (typeof dirty !== "boolean" || typeof busy !== "boolean") return null;
  const isDate = typeof savedAt === "string" && !Number.isNaN(Date.parse(savedAt));
  return { dirty, busy, savedAt: isDate ? savedAt : null };
}
