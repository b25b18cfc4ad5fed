import type { Kernel, KernelMessage } from "@jupyterlab/services";
import type { SessionView } from "#lib/sessions/index.ts";
import { type Attachment, attach } from "./connect.ts";
import { matchCells, type PageCell, type RawNotebook, readRaw } from "./notebook-document.ts";
import { createRelay } from "./outputs/relay.ts";
import type { Relay } from "./outputs/types.ts";
import { type CellOutputs, noOutputs, reduceOutputs, storedOutputs } from "./outputs-reducer.ts";
import type { LiveStore } from "./store.ts";
import { WorkspaceSaver } from "./workspace-saver.ts";

type ExecuteFuture = Kernel.IFuture<
  KernelMessage.IExecuteRequestMsg,
  KernelMessage.IExecuteReplyMsg
>;

/** What runs behind a live page: its kernel, the queue of cells, the notebook in the workspace. */
export class LiveEngine {
  /** The way of controls among the outputs to the kernel. */
  readonly relay: Relay;
  readonly #store: LiveStore;
  readonly #page: readonly PageCell[];
  readonly #attachment: Attachment;
  readonly #saver: WorkspaceSaver;
  #notebook: RawNotebook;
  /** Keys of the code cells in the file's order, and where each is. */
  #cells: { key: string; at: number; after: string | null }[] = [];
  readonly #futures = new Map<string, ExecuteFuture>();
  readonly #questions = new Map<string, KernelMessage.IInputRequestMsg["header"]>();
  #queue: string[] = [];
  #isPumping = false;
  #isClosed = false;

  private constructor(store: LiveStore, page: readonly PageCell[], attachment: Attachment) {
    const notebook = readRaw(attachment.file.content);
    if (!notebook) throw new Error("This file holds no notebook of a format that can be run here.");
    this.#store = store;
    this.#page = page;
    this.#attachment = attachment;
    this.#notebook = notebook;
    this.relay = createRelay(attachment.kernel);
    this.#saver = new WorkspaceSaver(attachment.contents, attachment.file, notebook, {
      read: () => this.#notebook,
      onMerged: (merged) => this.#take(merged),
      onChange: (saving) => store.set({ saving }),
    });
  }

  /** Attaches to a ready session and shows the workspace's notebook in the page. */
  static async open(
    store: LiveStore,
    page: readonly PageCell[],
    session: SessionView,
    place: { path: string; kernelName: string | null },
    isFresh: boolean,
  ): Promise<LiveEngine> {
    const attachment = await attach(session, place.path, place.kernelName);
    const engine = new LiveEngine(store, page, attachment);
    engine.#show(isFresh);
    engine.#watch(attachment.kernel);
    return engine;
  }

  get kernel(): Kernel.IKernelConnection {
    return this.#attachment.kernel;
  }

  /** Keys of the code cells, in the order in which they run. */
  get order(): string[] {
    return this.#cells.map(({ key }) => key);
  }

  /** Runs cells one after the other; an error ends the round. Cells that wait already are not asked for twice. */
  run(keys: readonly string[]): void {
    const wanted = keys.filter((key) => {
      const cell = this.#store.cell(key);
      return cell && cell.status !== "queued" && !this.#queue.includes(key);
    });
    for (const key of wanted) this.#store.setCell(key, { status: "queued" });
    this.#queue.push(...wanted);
    const { round } = this.#store.state();
    this.#store.set({ round: { done: round?.done ?? 0, of: (round?.of ?? 0) + wanted.length } });
    this.#pump().catch((error: unknown) => {
      this.#store.set({
        trouble: { title: "The run broke off", hint: error instanceof Error ? error.message : "" },
      });
    });
  }

  /** Takes back what waits; what runs goes on. */
  clearQueue(): void {
    for (const key of this.#queue) this.#store.setCell(key, { status: "idle" });
    this.#queue = [];
  }

  async interrupt(): Promise<void> {
    this.clearQueue();
    await this.kernel.interrupt();
  }

  /** A new start without variables; outputs stay. */
  async restart(): Promise<void> {
    this.clearQueue();
    this.#store.set({ kernel: "restarting" });
    await this.kernel.restart();
    for (const key of this.order) {
      const cell = this.#store.cell(key);
      if (cell?.status === "running") this.#store.setCell(key, { status: "idle", question: null });
    }
    this.#store.set({ kernel: "idle" });
  }

  edit(key: string, source: string): void {
    const at = this.#at(key);
    const cell = at === undefined ? undefined : this.#notebook.cells[at];
    if (!cell || cell.source === source) return;
    cell.source = source;
    this.#store.setCell(key, { source });
    this.#saver.touch();
  }

  /** The answer to a question that the running code asks. */
  answer(key: string, value: string): void {
    const asked = this.#questions.get(key);
    if (!asked) return;
    this.#questions.delete(key);
    this.#store.setCell(key, { question: null });
    this.kernel.sendInputReply({ status: "ok", value }, asked);
  }

  /** Saves now what is not saved yet. */
  flush(): Promise<void> {
    return this.#saver.flush();
  }

  get hasUnsaved(): boolean {
    return this.#saver.isDirty;
  }

  resolveConflict(preferred: "mine" | "theirs"): Promise<void> {
    return this.#saver.resolve(preferred);
  }

  /** Lets go of the kernel, which goes on. */
  close(): void {
    this.#isClosed = true;
    this.clearQueue();
    this.#saver.close();
    this.relay.dispose();
    this.kernel.dispose();
  }

  async #pump(): Promise<void> {
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      for (let key = this.#queue.shift(); key !== undefined; key = this.#queue.shift()) {
        const ok = await this.#runCell(key);
        const { round } = this.#store.state();
        if (round) this.#store.set({ round: { ...round, done: round.done + 1 } });
        if (!ok) this.clearQueue();
      }
    } finally {
      this.#isPumping = false;
      this.#store.set({ round: null });
    }
    if (!this.#isClosed) await this.#saver.flush();
  }

  /** Whether the cell ran to its end without an error. */
  async #runCell(key: string): Promise<boolean> {
    const at = this.#at(key);
    const cell = at === undefined ? undefined : this.#notebook.cells[at];
    if (!cell) return true;
    if (cell.source.trim() === "") {
      this.#store.setCell(key, { status: "done", outputs: [], isOwn: true, seconds: 0 });
      return true;
    }
    const started = Date.now();
    this.#store.setCell(key, { status: "running", startedAt: started, seconds: null });
    this.#futures.get(key)?.dispose();
    const future = this.kernel.requestExecute(
      { code: cell.source, stop_on_error: true, allow_stdin: true },
      false,
      { cellId: cell.id ?? key },
    );
    this.#futures.set(key, future);
    let now: CellOutputs = noOutputs;
    let hasOutput = false;
    future.onIOPub = (message) => {
      const next = reduceOutputs(now, message);
      if (next === now) return;
      now = next;
      hasOutput = true;
      this.#setOutputs(key, now);
    };
    future.onStdin = (message) => {
      if (!isInputRequest(message)) return;
      const { prompt, password } = message.content;
      this.#questions.set(key, message.header);
      this.#store.setCell(key, { question: { prompt, isSecret: password } });
    };
    let ok = false;
    let count: number | null = null;
    try {
      const reply = await future.done;
      ok = reply.content.status === "ok";
      count = reply.content.execution_count ?? null;
    } catch (error) {
      // Thrown where the kernel was restarted or went away under the cell.
      if (!(error instanceof Error)) throw error;
    }
    // A cell that shows nothing any more says so only now: until then the older output keeps its place.
    if (!hasOutput) this.#setOutputs(key, now);
    cell.execution_count = count;
    this.#saver.touch();
    this.#store.setCell(key, {
      status: ok ? "done" : "failed",
      seconds: (Date.now() - started) / 1000,
      question: null,
      count,
    });
    return ok;
  }

  #setOutputs(key: string, { outputs }: CellOutputs): void {
    const at = this.#at(key);
    const cell = at === undefined ? undefined : this.#notebook.cells[at];
    if (cell) cell.outputs = storedOutputs(outputs);
    this.#store.setCell(key, { outputs, isOwn: true });
    this.#saver.touch();
  }

  #at(key: string): number | undefined {
    return this.#cells.find((cell) => cell.key === key)?.at;
  }

  /** The page shows the workspace's notebook; a fresh one has the published outputs. */
  #show(isFresh: boolean): void {
    this.#cells = matchCells(this.#notebook, this.#page);
    for (const { key, at } of this.#cells) {
      const cell = this.#notebook.cells[at];
      if (!cell) continue;
      this.#store.setCell(key, {
        source: cell.source,
        outputs: cell.outputs ?? [],
        isOwn: !isFresh,
        count: cell.execution_count ?? null,
        status: "idle",
      });
    }
  }

  /** Somebody else changed the file: their cells appear, ours stay. */
  #take(merged: RawNotebook): void {
    this.#notebook = merged;
    this.#cells = matchCells(merged, this.#page);
    for (const { key, at } of this.#cells) {
      const cell = merged.cells[at];
      if (!cell) continue;
      const shown = this.#store.cell(key);
      if (!shown) {
        this.#store.setCell(key, { source: cell.source, outputs: cell.outputs ?? [], isOwn: true });
      } else if (shown.source !== cell.source) {
        this.#store.setCell(key, { source: cell.source });
      }
    }
  }

  #watch(kernel: Kernel.IKernelConnection): void {
    kernel.connectionStatusChanged.connect((_, status) => {
      this.#store.set({ line: status === "connected" ? "open" : "lost" });
    });
    kernel.statusChanged.connect((_, status) => {
      if (status === "dead") {
        this.#store.set({ kernel: "gone" });
        this.clearQueue();
      } else if (status === "restarting" || status === "autorestarting") {
        this.#store.set({ kernel: "restarting" });
      } else if (status === "idle" || status === "busy") this.#store.set({ kernel: status });
    });
  }
}

function isInputRequest(
  message: KernelMessage.IStdinMessage,
): message is KernelMessage.IInputRequestMsg {
  return message.header.msg_type === "input_request";
}
