import type { ICallbacks, IClassicComm } from "@jupyter-widgets/base";
import type { FromFrame, ToFrame } from "../../components/live/outputs/relay-messages.ts";

type Heard = Extract<ToFrame, { kind: "message" }>;
type Answer = Extract<ToFrame, { kind: "answer" }>;
type Listener = (message: unknown) => void;

let last = 0;

/** A buffer's bytes in memory of their own, so that sending them takes nothing from the widget. */
function bytesOf(buffer: ArrayBuffer | ArrayBufferView): ArrayBuffer {
  const view = ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer);
  return view.slice().buffer;
}

/** One widget's line to the kernel, as the widgets' library wants it, by the frame's channel. */
export class FrameComm implements IClassicComm {
  readonly comm_id: string;
  readonly target_name = "jupyter.widget";
  readonly #port: MessagePort | null;
  readonly #asked = new Map<string, ICallbacks>();
  #onMessage: Listener | undefined;
  #onClose: Listener | undefined;

  constructor(id: string, port: MessagePort | null) {
    this.comm_id = id;
    this.#port = port;
  }

  /** Only the notebook's own code makes widgets. */
  open(): string {
    return "";
  }

  send(
    data: unknown,
    callbacks?: ICallbacks,
    _metadata?: unknown,
    buffers: (ArrayBuffer | ArrayBufferView)[] = [],
  ): string {
    last += 1;
    const id = `frame-${last}`;
    if (callbacks) this.#asked.set(id, callbacks);
    const message: FromFrame = {
      kind: "comm",
      id,
      commId: this.comm_id,
      // What a channel cannot carry (functions, a widget in itself) JSON leaves out.
      data: JSON.parse(JSON.stringify(data)),
      buffers: buffers.map(bytesOf),
    };
    this.#port?.postMessage(message);
    return id;
  }

  close(): string {
    return "";
  }

  on_msg(callback: Listener): void {
    this.#onMessage = callback;
  }

  on_close(callback: Listener): void {
    this.#onClose = callback;
  }

  /** A message of the kernel to this widget. */
  hear({ data, buffers, parent }: Heard): void {
    this.#onMessage?.({
      header: { msg_type: "comm_msg", msg_id: "" },
      parent_header: { msg_id: parent },
      metadata: {},
      content: { comm_id: this.comm_id, data },
      buffers: buffers.map((buffer) => new DataView(buffer)),
    });
  }

  /** What a message of this widget has caused. Gives whether it was one of its own. */
  answer({ parent, type, content }: Answer): boolean {
    const callbacks = this.#asked.get(parent)?.iopub;
    if (!this.#asked.has(parent)) return false;
    const message = { header: { msg_type: type }, parent_header: { msg_id: parent }, content };
    // The library's types name whole kernel messages; it reads no more than this of them.
    const told = message as never;
    if (type === "status") callbacks?.status?.(told);
    else if (type === "clear_output") callbacks?.clear_output?.(told);
    else callbacks?.output?.(told);
    if (type === "status" && content.execution_state === "idle") this.#asked.delete(parent);
    return true;
  }

  /** The kernel has closed it. */
  closed(): void {
    this.#onClose?.({ content: { comm_id: this.comm_id, data: {} } });
  }
}
