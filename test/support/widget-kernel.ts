import type { Kernel, KernelMessage } from "@jupyterlab/services";
import { createRelay } from "#app/components/live/outputs/relay.ts";
import type { ToFrame } from "#app/components/live/outputs/relay-messages.ts";
import type { Relay } from "#app/components/live/outputs/types.ts";

interface Sent {
  header: { msg_id: string; msg_type: string };
  channel: string;
  content: Record<string, unknown>;
  buffers: ArrayBuffer[];
}

type Slot = (sender: unknown, value: never) => void;

/** A signal as the relay uses it: connected with an object to be called on. */
function signal() {
  const slots: { slot: Slot; self: unknown }[] = [];
  return {
    connect: (slot: Slot, self: unknown) => slots.push({ slot, self }),
    disconnect: (slot: Slot) => {
      const at = slots.findIndex((each) => each.slot === slot);
      if (at !== -1) slots.splice(at, 1);
    },
    emit: (value: unknown) => {
      for (const { slot, self } of [...slots]) slot.call(self, undefined, value as never);
    },
  };
}

/** A kernel connection that only notes what is asked of it, and says what a test has it say. */
export class WidgetKernel {
  readonly sent: Sent[] = [];
  /** Whatever else was called on it: nothing of this may ever come from a frame. */
  readonly called: string[] = [];
  readonly iopub = signal();
  readonly status = signal();
  readonly #disposed = signal();
  readonly #hooks = new Map<string, (message: unknown) => boolean>();
  readonly #futures = new Map<string, { onIOPub?: (message: unknown) => void; done: () => void }>();

  readonly relay: Relay;
  #wake: (() => void) | undefined;

  constructor() {
    this.relay = createRelay(this.#connection());
  }

  /** The kernel says something; `parent` is the request that it belongs to. Gives whether who asked got it. */
  say(type: string, content: object, parent = "", buffers: ArrayBuffer[] = []): boolean {
    const message = {
      header: { msg_type: type, msg_id: "k" },
      parent_header: { msg_id: parent },
      content,
      metadata: {},
      buffers,
      channel: "iopub",
    };
    const passes = this.#hooks.get(parent)?.(message) ?? true;
    if (passes) this.#futures.get(parent)?.onIOPub?.(message);
    this.iopub.emit(message);
    return passes;
  }

  /** A new widget. */
  open(commId: string, state: object, buffers: ArrayBuffer[] = [], paths: unknown[] = []): void {
    const data = { state, buffer_paths: paths };
    this.say("comm_open", { comm_id: commId, target_name: "jupyter.widget", data }, "", buffers);
  }

  /** Joins a frame; gives what it hears so far, and lets it speak. The returned promises settle when messages have passed. */
  frame() {
    const { port1, port2 } = new MessageChannel();
    const heard: ToFrame[] = [];
    let wake: (() => void) | undefined;
    port2.onmessage = ({ data }) => {
      heard.push(data);
      wake?.();
    };
    const detach = this.relay.attach(port1);
    return {
      heard,
      detach,
      say: (message: unknown) => port2.postMessage(message),
      /** Waits until one of the messages heard satisfies the test. */
      until: async (test: (message: ToFrame) => boolean): Promise<ToFrame> => {
        for (;;) {
          const found = heard.find(test);
          if (found) return found;
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      },
      close: () => port2.close(),
    };
  }

  /** Waits until a message that satisfies the test was sent to it. */
  async untilSent(test: (sent: Sent) => boolean = () => true): Promise<void> {
    while (!this.sent.some(test)) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #connection(): Kernel.IKernelConnection {
    const known: Record<string, unknown> = {
      clientId: "client",
      username: "reader",
      status: "idle",
      isDisposed: false,
      iopubMessage: this.iopub,
      statusChanged: this.status,
      disposed: this.#disposed,
      registerCommTarget: () => undefined,
      registerMessageHook: (id: string, hook: (message: unknown) => boolean) =>
        this.#hooks.set(id, hook),
      requestCommInfo: async () => ({ content: { status: "ok", comms: {} } }),
      sendShellMessage: (message: KernelMessage.IShellMessage) => {
        this.sent.push(message as unknown as Sent);
        this.#wake?.();
        const future = {
          msg: message,
          onIOPub: undefined,
          done: new Promise(() => undefined),
        };
        this.#futures.set(message.header.msg_id, future as never);
        return future;
      },
    };
    return new Proxy(known, {
      get: (target, name: string) => {
        if (!(name in target)) this.called.push(name);
        return target[name];
      },
    }) as unknown as Kernel.IKernelConnection;
  }
}
