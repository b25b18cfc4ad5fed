import type { Output } from "#lib/notebooks/index.ts";

/** A widget's state; binary parts are in their places. */
export type WidgetState = Record<string, unknown>;

/** What a frame may say: a message to a widget that the kernel has made. */
export interface FromFrame {
  kind: "comm";
  /** The frame's own name for the message; answers carry it. */
  id: string;
  commId: string;
  data: Record<string, unknown>;
  buffers: ArrayBuffer[];
}

/** What a frame is told. */
export type ToFrame =
  /** Widgets that are there; `complete` once those that a running kernel had before are among them. */
  | { kind: "models"; models: { id: string; state: WidgetState }[]; complete: boolean }
  /** The kernel's message to a widget; `parent` is the frame's id where it answers one of its own. */
  | {
      kind: "message";
      commId: string;
      data: Record<string, unknown>;
      buffers: ArrayBuffer[];
      parent: string;
    }
  | { kind: "close"; commId: string }
  /** What else a message of the frame has caused: the kernel's status, something printed. */
  | { kind: "answer"; parent: string; type: string; content: Record<string, unknown> }
  /** What an Output widget holds now. */
  | { kind: "outputs"; commId: string; outputs: Output[] }
  /** The kernel has gone, or has forgotten its widgets. */
  | { kind: "ended" };

const longestId = 128;
const mostBuffers = 1_000;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value as JSON would carry it; null where it cannot (a cycle, a big integer, too deep). */
function asJson(value: Record<string, unknown>): Record<string, unknown> | null {
  try {
    return JSON.parse(JSON.stringify(value));
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return null;
    throw error;
  }
}

/** Reads what a frame has sent. Null for anything but a well-formed message to a widget: frames hold strangers' scripts. */
export function readFromFrame(sent: unknown): FromFrame | null {
  if (!isRecord(sent) || sent.kind !== "comm") return null;
  const { id, commId, data, buffers = [] } = sent;
  if (typeof id !== "string" || id === "" || id.length > longestId) return null;
  if (typeof commId !== "string" || commId === "" || commId.length > longestId) return null;
  if (!isRecord(data)) return null;
  if (!Array.isArray(buffers) || buffers.length > mostBuffers) return null;
  if (!buffers.every((buffer) => buffer instanceof ArrayBuffer)) return null;
  const json = asJson(data);
  return json && { kind: "comm", id, commId, data: json, buffers };
}
