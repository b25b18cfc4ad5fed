import type { Kernel, KernelMessage } from "@jupyterlab/services";
import { storedOutputs } from "../outputs-reducer.ts";
import { Captures, isOutputMessage, isOutputWidget } from "./captures.ts";
import { type FromFrame, readFromFrame, type ToFrame } from "./relay-messages.ts";
import { requestStates } from "./request-states.ts";
import { shellMessage } from "./shell-message.ts";
import type { Relay } from "./types.ts";
import { copyBuffer, WidgetStore } from "./widget-store.ts";

const widgetTarget = "jupyter.widget";
/** Milliseconds of quiet after which the kernel is told what its Output widgets hold. */
const quiet = 1_000;

/** Makes the relay of one page between a kernel and the frames that show its widgets. */
export function createRelay(kernel: Kernel.IKernelConnection): Relay {
  return new KernelRelay(kernel);
}

class KernelRelay implements Relay {
  readonly #kernel: Kernel.IKernelConnection;
  readonly #store = new WidgetStore();
  readonly #captures = new Captures();
  readonly #frames = new Set<MessagePort>();
  readonly #shared: { cellId: string; html: string }[] = [];
  /** Our names of messages that frames have sent → whose they are, and under which name. */
  readonly #sent = new Map<string, { port: MessagePort; id: string }>();
  /** Output widgets whose outputs the kernel does not know yet. */
  readonly #unsaved = new Map<string, unknown[]>();
  #saving: ReturnType<typeof setTimeout> | undefined;
  #isComplete = false;

  constructor(kernel: Kernel.IKernelConnection) {
    this.#kernel = kernel;
    // A connection closes what opens on a target that nobody has registered.
    kernel.registerCommTarget(widgetTarget, () => undefined);
    kernel.iopubMessage.connect(this.#hear, this);
    kernel.statusChanged.connect(this.#follow, this);
    kernel.disposed.connect(this.dispose, this);
    this.#load();
  }

  attach(port: MessagePort): () => void {
    port.onmessage = ({ data }) => {
      const message = readFromFrame(data);
      if (message && this.#store.has(message.commId)) this.#pass(port, message);
    };
    this.#frames.add(port);
    this.#tell({ kind: "models", models: this.#store.all(), complete: this.#isComplete }, port);
    return () => {
      this.#frames.delete(port);
      port.close();
    };
  }

  share(cellId: string, html: string): void {
    if (this.#shared.some((each) => each.cellId === cellId && each.html === html)) return;
    this.#shared.push({ cellId, html });
  }

  shared(cellId: string): string[] {
    return this.#shared.filter((each) => each.cellId !== cellId).map(({ html }) => html);
  }

  dispose(): void {
    this.#kernel.iopubMessage.disconnect(this.#hear, this);
    this.#kernel.statusChanged.disconnect(this.#follow, this);
    this.#kernel.disposed.disconnect(this.dispose, this);
    this.#forget();
    for (const port of this.#frames) port.close();
    this.#frames.clear();
  }

  /** Sends a frame's message on to its widget: always as a message of a comm, whatever the frame has written. */
  #pass(port: MessagePort, { id, commId, data, buffers }: FromFrame): void {
    this.#store.update(commId, data, buffers);
    const future = this.#send(commId, data, buffers);
    if (!future) return;
    const ours = future.msg.header.msg_id;
    this.#sent.set(ours, { port, id });
    future.onIOPub = (message) => {
      const type = message.header.msg_type;
      if (type !== "status" && !isOutputMessage(type)) return;
      const content = { ...message.content };
      this.#tell({ kind: "answer", parent: id, type, content }, port);
    };
    future.done.then(
      () => this.#sent.delete(ours),
      // The connection was lost or the kernel restarted: frames hear of that by itself.
      () => this.#sent.delete(ours),
    );
    this.#hook(ours);
  }

  #send(commId: string, data: Record<string, unknown>, buffers: ArrayBuffer[] = []) {
    if (this.#kernel.isDisposed || this.#kernel.status === "dead") return null;
    const content = { comm_id: commId, data } as KernelMessage.ICommMsgMsg["content"];
    return this.#kernel.sendShellMessage(
      shellMessage("comm_msg", content, this.#kernel, { buffers }),
      false,
      true,
    );
  }

  #hear(_kernel: Kernel.IKernelConnection, message: KernelMessage.IIOPubMessage): void {
    const parent = "msg_id" in message.parent_header ? message.parent_header.msg_id : "";
    const type = message.header.msg_type;
    if (isOutputMessage(type)) {
      this.#capture(parent, message);
      return;
    }
    const content = { ...message.content } as Record<string, unknown>;
    const { comm_id: commId, data } = content;
    if (typeof commId !== "string") return;
    const fields = (typeof data === "object" && data !== null ? data : {}) as Record<
      string,
      unknown
    >;
    const buffers = message.buffers ?? [];
    if (type === "comm_open" && content.target_name === widgetTarget) {
      if (!this.#store.open(commId, fields, buffers)) return;
      this.#followOutput(commId);
      const state = this.#store.get(commId) ?? {};
      this.#tell({ kind: "models", models: [{ id: commId, state }], complete: this.#isComplete });
    } else if (type === "comm_msg" && this.#store.has(commId)) {
      this.#store.update(commId, fields, buffers);
      this.#followOutput(commId);
      this.#relay(commId, fields, buffers.map(copyBuffer), parent);
    } else if (type === "comm_close" && this.#store.has(commId)) {
      this.#store.close(commId);
      this.#captures.forget(commId);
      this.#tell({ kind: "close", commId });
    }
  }

  #relay(
    commId: string,
    data: Record<string, unknown>,
    buffers: ArrayBuffer[],
    parent: string,
  ): void {
    const asked = this.#sent.get(parent);
    for (const port of this.#frames) {
      const own = asked?.port === port ? asked.id : parent;
      this.#tell({ kind: "message", commId, data, buffers, parent: own }, port);
    }
  }

  #followOutput(commId: string): void {
    const state = this.#store.get(commId);
    if (!state || !isOutputWidget(state)) return;
    const request = this.#captures.follow(commId, state);
    if (request !== null) this.#hook(request);
  }

  /** While a widget takes a request's outputs, whoever asked does not get them. */
  #hook(request: string): void {
    this.#kernel.registerMessageHook(
      request,
      ({ header }) => !(isOutputMessage(header.msg_type) && this.#captures.takes(request)),
    );
  }

  #capture(request: string, message: KernelMessage.IIOPubMessage): void {
    const taken = this.#captures.take(request, message);
    if (!taken) return;
    const outputs = storedOutputs(taken.outputs);
    const data = { method: "update", state: { outputs } };
    this.#store.update(taken.commId, data, []);
    this.#tell({ kind: "outputs", commId: taken.commId, outputs });
    this.#unsaved.set(taken.commId, outputs);
    clearTimeout(this.#saving);
    this.#saving = setTimeout(() => this.#save(), quiet);
  }

  /** Tells the kernel what its Output widgets hold, for other front ends. */
  #save(): void {
    for (const [commId, outputs] of this.#unsaved) {
      if (this.#store.has(commId)) this.#send(commId, { method: "update", state: { outputs } });
    }
    this.#unsaved.clear();
  }

  /** Widgets that a running kernel has from before this page. */
  #load(): void {
    requestStates(this.#kernel).then(
      (states) => {
        for (const { id, data, buffers } of states) {
          if (!this.#store.has(id)) this.#store.open(id, data, buffers);
          this.#followOutput(id);
        }
        this.#isComplete = true;
        this.#tell({ kind: "models", models: this.#store.all(), complete: true });
      },
      (error: unknown) => {
        // The kernel went away meanwhile, or restarted: what comes after is heard as it comes.
        console.warn("The kernel's widgets could not be listed.", error);
        this.#isComplete = true;
        this.#tell({ kind: "models", models: [], complete: true });
      },
    );
  }

  #follow(_kernel: Kernel.IKernelConnection, status: Kernel.Status): void {
    if (["restarting", "autorestarting", "dead", "terminating"].includes(status)) this.#forget();
  }

  #forget(): void {
    clearTimeout(this.#saving);
    this.#unsaved.clear();
    this.#sent.clear();
    this.#captures.clear();
    this.#store.clear();
    this.#shared.length = 0;
    this.#tell({ kind: "ended" });
  }

  #tell(message: ToFrame, only?: MessagePort): void {
    for (const port of only ? [only] : this.#frames) port.postMessage(message);
  }
}
