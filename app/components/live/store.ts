import type { CellState, LiveState } from "./state.ts";

const atFirst: LiveState = {
  phase: "paper",
  session: null,
  trouble: null,
  line: "open",
  kernel: "idle",
  saving: { state: "clean", at: null },
  endsSoon: false,
  round: null,
  extras: [],
  said: "",
};

/** The page's state, outside React: a stream of output redraws the one cell that it belongs to. */
export class LiveStore {
  #state: LiveState = atFirst;
  readonly #cells = new Map<string, CellState>();
  readonly #listeners = new Set<() => void>();
  readonly #cellListeners = new Map<string, Set<() => void>>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly state = (): LiveState => this.#state;

  set(change: Partial<LiveState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }

  readonly subscribeCell = (key: string, listener: () => void): (() => void) => {
    const listeners = this.#cellListeners.get(key) ?? new Set();
    this.#cellListeners.set(key, listeners.add(listener));
    return () => listeners.delete(listener);
  };

  /** A live cell; undefined while it is but printed. */
  cell(key: string): CellState | undefined {
    return this.#cells.get(key);
  }

  setCell(key: string, change: Partial<CellState>): void {
    const before = this.#cells.get(key) ?? emptyCell;
    this.#cells.set(key, { ...before, ...change });
    this.#tell(key);
  }

  /** The plain paper again. */
  reset(): void {
    const keys = [...this.#cells.keys()];
    this.#cells.clear();
    for (const key of keys) this.#tell(key);
    this.set(atFirst);
  }

  #tell(key: string): void {
    for (const listener of this.#cellListeners.get(key) ?? []) listener();
  }
}

const emptyCell: CellState = {
  source: "",
  outputs: [],
  isOwn: false,
  status: "idle",
  startedAt: null,
  seconds: null,
  count: null,
  showing: "yours",
  question: null,
};
