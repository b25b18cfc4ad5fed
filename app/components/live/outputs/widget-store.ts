import type { WidgetState } from "./relay-messages.ts";

type Buffers = readonly (ArrayBuffer | ArrayBufferView)[];

/** A buffer of its own memory, so that it can go to any number of frames. */
export function copyBuffer(buffer: ArrayBuffer | ArrayBufferView): ArrayBuffer {
  const bytes = ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer);
  return bytes.slice().buffer;
}

/** Puts a binary part where its path says; a path that leads nowhere is left out. */
function place(state: WidgetState, path: unknown, buffer: DataView): void {
  if (!Array.isArray(path) || path.length === 0) return;
  let at: unknown = state;
  for (const key of path.slice(0, -1)) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return;
    at = Reflect.get(at, key);
  }
  const last: unknown = path.at(-1);
  if (typeof at !== "object" || at === null || last === "__proto__") return;
  if (typeof last === "string" || typeof last === "number") Reflect.set(at, last, buffer);
}

/** The state that a message brings, with its binary parts in their places (jupyter-widgets' messaging protocol 2). */
function stateOf(data: Record<string, unknown>, buffers: Buffers): WidgetState | null {
  if (typeof data.state !== "object" || data.state === null) return null;
  const state = structuredClone(data.state) as WidgetState;
  const paths = Array.isArray(data.buffer_paths) ? data.buffer_paths : [];
  for (const [index, path] of paths.entries()) {
    const buffer = buffers[index];
    if (buffer) place(state, path, new DataView(copyBuffer(buffer)));
  }
  return state;
}

/** The widgets of a kernel as its messages describe them, so that a new frame need not ask the kernel, which may be busy. */
export class WidgetStore {
  readonly #states = new Map<string, WidgetState>();

  has(commId: string): boolean {
    return this.#states.has(commId);
  }

  get(commId: string): WidgetState | undefined {
    return this.#states.get(commId);
  }

  all(): { id: string; state: WidgetState }[] {
    return [...this.#states].map(([id, state]) => ({ id, state }));
  }

  /** Takes a widget in; gives whether the message describes one. */
  open(commId: string, data: Record<string, unknown>, buffers: Buffers): boolean {
    const state = stateOf(data, buffers);
    if (!state) return false;
    this.#states.set(commId, state);
    return true;
  }

  /** Follows an update of a widget, whoever made it. */
  update(commId: string, data: Record<string, unknown>, buffers: Buffers): void {
    const known = this.#states.get(commId);
    if (!known || (data.method !== "update" && data.method !== "echo_update")) return;
    const state = stateOf(data, buffers);
    if (state) this.#states.set(commId, { ...known, ...state });
  }

  close(commId: string): void {
    this.#states.delete(commId);
  }

  clear(): void {
    this.#states.clear();
  }
}
