import type { Kernel, KernelMessage } from "@jupyterlab/services";
import { type CellOutputs, noOutputs, reduceOutputs } from "./outputs-reducer.ts";

type ExecuteFuture = Kernel.IFuture<
  KernelMessage.IExecuteRequestMsg,
  KernelMessage.IExecuteReplyMsg
>;

/** How a cell's run went. */
export interface CellResult {
  ok: boolean;
  count: number | null;
  seconds: number;
}

interface Hooks {
  /** The text of a cell as it is now, and its id; undefined for one that is gone. */
  read: (key: string) => { source: string; id: string } | undefined;
  onQueue: (keys: readonly string[]) => void;
  /** Taken back before it began. */
  onDrop: (keys: readonly string[]) => void;
  onBegin: (key: string) => void;
  onOutputs: (key: string, outputs: CellOutputs) => void;
  onQuestion: (key: string, question: { prompt: string; isSecret: boolean }) => void;
  onEnd: (key: string, result: CellResult) => void;
  /** All that was asked for has run, or an error ended it. */
  onRest: () => void;
}

/** Runs cells one after the other. An error takes back what waits behind it, as Jupyter does. */
export class CellRunner {
  readonly #kernel: Kernel.IKernelConnection;
  readonly #hooks: Hooks;
  /** Kept after the end: a later cell may still change what this one displays. */
  readonly #futures = new Map<string, ExecuteFuture>();
  readonly #questions = new Map<string, KernelMessage.IInputRequestMsg["header"]>();
  #queue: string[] = [];
  #isPumping = false;

  constructor(kernel: Kernel.IKernelConnection, hooks: Hooks) {
    this.#kernel = kernel;
    this.#hooks = hooks;
  }

  /** Puts cells into the queue; those that wait already are not asked for twice. */
  run(keys: readonly string[]): void {
    const wanted = keys.filter((key) => !this.#queue.includes(key));
    if (wanted.length === 0) return;
    this.#queue.push(...wanted);
    this.#hooks.onQueue(wanted);
    void this.#pump();
  }

  /** Takes back what waits; what runs goes on. */
  clear(): void {
    const dropped = this.#queue;
    this.#queue = [];
    if (dropped.length > 0) this.#hooks.onDrop(dropped);
  }

  /** The answer to a question that a running cell asked. */
  answer(key: string, value: string): void {
    const asked = this.#questions.get(key);
    if (!asked) return;
    this.#questions.delete(key);
    this.#kernel.sendInputReply({ status: "ok", value }, asked);
  }

  async #pump(): Promise<void> {
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      for (let key = this.#queue.shift(); key !== undefined; key = this.#queue.shift()) {
        const result = await this.#runCell(key);
        if (!result) continue;
        this.#hooks.onEnd(key, result);
        if (!result.ok) this.clear();
      }
    } finally {
      this.#isPumping = false;
      this.#hooks.onRest();
    }
  }

  async #runCell(key: string): Promise<CellResult | null> {
    const cell = this.#hooks.read(key);
    if (!cell) return null;
    const started = performance.now();
    const seconds = () => (performance.now() - started) / 1000;
    this.#hooks.onBegin(key);
    if (cell.source.trim() === "") {
      this.#hooks.onOutputs(key, noOutputs);
      return { ok: true, count: null, seconds: 0 };
    }
    if (this.#kernel.isDisposed) return { ok: false, count: null, seconds: 0 };
    this.#futures.get(key)?.dispose();
    const future = this.#kernel.requestExecute(
      { code: cell.source, stop_on_error: true, allow_stdin: true },
      false,
      { cellId: cell.id },
    );
    this.#futures.set(key, future);
    let now: CellOutputs = noOutputs;
    future.onIOPub = (message) => {
      const next = reduceOutputs(now, message);
      if (next === now) return;
      const isAwaited = next.outputs === now.outputs;
      now = next;
      if (!isAwaited) this.#hooks.onOutputs(key, now);
    };
    future.onStdin = (message) => {
      if (!isInputRequest(message)) return;
      const { prompt, password } = message.content;
      this.#questions.set(key, message.header);
      this.#hooks.onQuestion(key, { prompt, isSecret: password });
    };
    try {
      const { content } = await future.done;
      // A cell that shows nothing any more says so only now: until then the older output keeps its place.
      if (now.outputs.length === 0) this.#hooks.onOutputs(key, now);
      return {
        ok: content.status === "ok",
        count: content.execution_count ?? null,
        seconds: seconds(),
      };
    } catch (error) {
      // So it ends where the kernel was restarted, or went away, under the cell.
      if (!(error instanceof Error)) throw error;
      return { ok: false, count: null, seconds: seconds() };
    } finally {
      this.#questions.delete(key);
    }
  }
}

function isInputRequest(
  message: KernelMessage.IStdinMessage,
): message is KernelMessage.IInputRequestMsg {
  return message.header.msg_type === "input_request";
}
