import type { Kernel } from "@jupyterlab/services";
import type { SessionView } from "#lib/sessions/index.ts";
import { CellRunner } from "./cell-runner.ts";
import { type Attachment, attach } from "./connect.ts";
import {
  type MatchedCell,
  matchCells,
  type PageCell,
  type RawCell,
  type RawNotebook,
  readRaw,
} from "./notebook-document.ts";
import { createRelay } from "./outputs/relay.ts";
import type { Relay } from "./outputs/types.ts";
import { storedOutputs } from "./outputs-reducer.ts";
import type { LiveStore } from "./store.ts";
import { watchKernel } from "./watch-kernel.ts";
import { WorkspaceSaver } from "./workspace-saver.ts";

/** What stands behind a live page: the session's kernel, and the notebook in its workspace. */
export class LiveEngine {
  readonly kernel: Kernel.IKernelConnection;
  /** The way of controls among the outputs to the kernel. */
  readonly relay: Relay;
  readonly #store: LiveStore;
  readonly #page: readonly PageCell[];
  readonly #runner: CellRunner;
  readonly #saver: WorkspaceSaver;
  readonly #stopWatching: () => void;
  #notebook: RawNotebook;
  #cells: MatchedCell[] = [];
  #isClosed = false;

  private constructor(store: LiveStore, page: readonly PageCell[], attachment: Attachment) {
    const notebook = readRaw(attachment.file.content);
    if (!notebook) throw new Error("This file holds no notebook of a format that can be run here.");
    this.kernel = attachment.kernel;
    this.relay = createRelay(attachment.kernel);
    this.#store = store;
    this.#page = page;
    this.#notebook = notebook;
    this.#saver = new WorkspaceSaver(attachment.contents, attachment.file, notebook, {
      read: () => this.#notebook,
      onMerged: (merged) => this.#take(merged),
      onChange: (saving) => store.set({ saving }),
    });
    this.#runner = this.#makeRunner();
    this.#stopWatching = watchKernel(this.kernel, store, () => this.#runner.clear());
  }

  /** Attaches to a ready session. */
  static async open(
    store: LiveStore,
    page: readonly PageCell[],
    session: SessionView,
    place: { path: string; kernelName: string | null },
  ): Promise<LiveEngine> {
    return new LiveEngine(store, page, await attach(session, place.path, place.kernelName));
  }

  /** Keys of the code cells, in the order in which they run. */
  get order(): string[] {
    return this.#cells.map(({ key }) => key);
  }

  run(keys: readonly string[]): void {
    this.#runner.run(keys);
  }

  /** Runs cells anew after a change: what waited before is forgotten. */
  rerun(keys: readonly string[]): void {
    this.#runner.clear();
    this.#store.set({ round: null });
    this.#runner.run(keys);
  }

  async interrupt(): Promise<void> {
    this.#runner.clear();
    await this.kernel.interrupt();
  }

  /** A new start without variables; texts and outputs stay. */
  async restart(): Promise<void> {
    this.#runner.clear();
    this.#store.set({ kernel: "restarting" });
    await this.kernel.restart();
    this.#store.set({ kernel: "idle", said: "Restarted" });
  }

  edit(key: string, source: string): void {
    const cell = this.#rawCell(key);
    if (!cell || cell.source === source) return;
    cell.source = source;
    this.#store.setCell(key, { source });
    this.#saver.touch();
  }

  /** The answer to a question that the running code asks. */
  answer(key: string, value: string): void {
    this.#store.setCell(key, { question: null });
    this.#runner.answer(key, value);
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
    this.#runner.clear();
    this.#saver.close();
    this.#stopWatching();
    this.relay.dispose();
    this.kernel.dispose();
  }

  #makeRunner(): CellRunner {
    const store = this.#store;
    const failed = new Set<string>();
    return new CellRunner(this.kernel, {
      read: (key) => {
        const cell = this.#rawCell(key);
        return cell && { source: cell.source, id: cell.id ?? key };
      },
      onQueue: (keys) => {
        for (const key of keys) store.setCell(key, { status: "queued" });
        const { round } = store.state();
        store.set({ round: { done: round?.done ?? 0, of: (round?.of ?? 0) + keys.length } });
      },
      onDrop: (keys) => {
        for (const key of keys) store.setCell(key, { status: "idle" });
      },
      onBegin: (key) =>
        store.setCell(key, { status: "running", startedAt: Date.now(), seconds: null }),
      onOutputs: (key, { outputs }) => {
        const cell = this.#rawCell(key);
        if (cell) cell.outputs = storedOutputs(outputs);
        store.setCell(key, { outputs, isOwn: true });
        this.#saver.touch();
      },
      onQuestion: (key, question) => {
        store.setCell(key, { question });
        store.set({ said: `The code asks: ${question.prompt || "an input"}` });
      },
      onEnd: (key, { ok, count, seconds }) => {
        const cell = this.#rawCell(key);
        if (cell) cell.execution_count = count;
        store.setCell(key, { status: ok ? "done" : "failed", seconds, question: null, count });
        if (!ok) failed.add(key);
        const { round } = store.state();
        if (round) store.set({ round: { ...round, done: round.done + 1 } });
        this.#saver.touch();
      },
      onRest: () => {
        const [first] = failed;
        const { round } = store.state();
        const said = first ? `${nameOf(first)} failed` : `Done, ${round?.done ?? 0} cells ran`;
        failed.clear();
        store.set({ round: null, ...(round ? { said } : {}) });
        if (!this.#isClosed) void this.#saver.flush();
      },
    });
  }

  #rawCell(key: string): RawCell | undefined {
    const at = this.#cells.find((cell) => cell.key === key)?.at;
    return at === undefined ? undefined : this.#notebook.cells[at];
  }

  /**
   * Shows the workspace's notebook in the page. In a fresh workspace the outputs are the published ones; else they are
   * the reader's own.
   */
  show(isFresh: boolean): void {
    this.#cells = matchCells(this.#notebook, this.#page);
    for (const { key } of this.#cells) {
      const cell = this.#rawCell(key);
      if (!cell) continue;
      this.#store.setCell(key, {
        source: cell.source,
        outputs: cell.outputs ?? [],
        isOwn: !isFresh,
        count: cell.execution_count ?? null,
        status: "idle",
      });
    }
    this.#showAdded();
  }

  /** Cells that the publication does not have; what stands before the first of the page's own comes after it. */
  #showAdded(): void {
    const isAdded = ({ key }: MatchedCell) => key.startsWith("extra-");
    const first = this.#cells.find((cell) => !isAdded(cell))?.key ?? null;
    const extras = this.#cells.filter(isAdded);
    this.#store.set({ extras: extras.map((cell) => ({ ...cell, after: cell.after ?? first })) });
  }

  /** Somebody else changed the file: what they wrote appears, what is ours stays. */
  #take(merged: RawNotebook): void {
    this.#notebook = merged;
    this.#cells = matchCells(merged, this.#page);
    for (const { key } of this.#cells) {
      const cell = this.#rawCell(key);
      if (!cell) continue;
      const { source, outputs = [] } = cell;
      const shown = this.#store.cell(key);
      if (shown?.source !== source) this.#store.setCell(key, { source });
      const isSame =
        JSON.stringify(storedOutputs(shown?.outputs ?? [])) === JSON.stringify(outputs);
      if (!isSame && shown?.status !== "running")
        this.#store.setCell(key, { outputs, isOwn: true });
    }
    this.#showAdded();
  }
}

/** "cell-3" as it is read aloud. */
function nameOf(key: string): string {
  return key.startsWith("cell-") ? `Code cell ${key.slice(5)}` : "A cell";
}
