import type { SessionView } from "#lib/sessions/index.ts";
import { ApiError, send } from "../api.ts";
import { askForSession, followSession, isOver } from "./begin.ts";
import type { LiveEngine } from "./engine.ts";
import type { PageCell } from "./notebook-document.ts";
import { forget, type Remembered, recall, remember } from "./remembered.ts";
import type { LiveRequest, Trouble } from "./state.ts";
import type { LiveStore } from "./store.ts";

/** What a page can run: the published notebook that it shows. */
export interface LivePaperFacts extends LiveRequest {
  title: string;
  /** The notebook's kernel by name and language; null where it states none. */
  kernelName: string | null;
  language: string | null;
  isSignedIn: boolean;
}

/** Everything that a reader can do with a live page. Loads what it needs when it is needed. */
export class LiveControls {
  readonly store: LiveStore;
  readonly paper: LivePaperFacts;
  readonly #page = new Map<string, PageCell>();
  #engine: LiveEngine | null = null;
  #following = new AbortController();
  /** Counts attempts: what an older one still brings is not wanted any more. */
  #attempt = 0;

  constructor(store: LiveStore, paper: LivePaperFacts) {
    this.store = store;
    this.paper = paper;
  }

  get engine(): LiveEngine | null {
    return this.#engine;
  }

  /** A code cell that the page shows; gives what takes it out again. */
  register(cell: PageCell): () => void {
    this.#page.set(cell.key, cell);
    return () => this.#page.delete(cell.key);
  }

  /** Loads the code of live pages beforehand. */
  async preload(): Promise<void> {
    await Promise.all([import("./engine.ts"), import("./live-cell-body.tsx")]);
  }

  /** Run: the whole paper, from the top, in a session of its own. */
  async start(): Promise<void> {
    await this.#begin(() => askForSession(this.paper), true);
  }

  /** Goes on in a session that is still there, as it was left: nothing is run. */
  async goOn(remembered: Remembered): Promise<void> {
    await this.#begin(() => send<SessionView>("GET", `/api/sessions/${remembered.session}`), false);
  }

  /** What was changed in a session that has ended, in a new one. */
  async resume(sessionId: string): Promise<void> {
    await this.#begin(() => send<SessionView>("POST", `/api/sessions/${sessionId}/resume`), false);
  }

  /** Ends the session; what was changed stays in the workspace. */
  async stop(): Promise<void> {
    const { session } = this.store.state();
    await this.#engine?.flush();
    if (session && !isOver(session)) {
      await this.#guard(() => send("DELETE", `/api/sessions/${session.id}`));
    }
  }

  async extend(): Promise<void> {
    const { session } = this.store.state();
    if (!session) return;
    await this.#guard(async () => {
      const extended = await send<SessionView>("POST", `/api/sessions/${session.id}/extend`);
      this.store.set({ session: extended });
    });
  }

  /** Back to the plain paper. */
  leave(): void {
    this.#attempt += 1;
    this.#following.abort();
    this.#engine?.close();
    this.#engine = null;
    this.store.clearCells();
    this.store.set({ phase: "paper", session: null, trouble: null, round: null, said: "" });
  }

  runAll(): void {
    if (this.#engine) this.#engine.run(this.#engine.order);
  }

  /** Everything before a cell, or from it on. */
  runPart(key: string, part: "only" | "above" | "from"): void {
    const engine = this.#engine;
    if (!engine) return;
    const at = engine.order.indexOf(key);
    if (part === "only") engine.run([key]);
    else engine.run(part === "above" ? engine.order.slice(0, at) : engine.order.slice(at));
  }

  async interrupt(): Promise<void> {
    await this.#guard(async () => this.#engine?.interrupt());
  }

  /** Forgets what the code has computed. */
  async restart(): Promise<void> {
    await this.#guard(async () => this.#engine?.restart());
  }

  recall(): Remembered | null {
    return recall(this.paper);
  }

  forget(): void {
    forget(this.paper);
  }

  async #begin(ask: () => Promise<SessionView>, isFresh: boolean): Promise<void> {
    this.leave();
    const attempt = this.#attempt;
    const isCurrent = () => attempt === this.#attempt;
    this.store.set({ phase: "starting", said: "Starting" });
    const loading = this.preload();
    let session: SessionView;
    try {
      session = await ask();
      await loading;
    } catch (error) {
      if (isCurrent()) this.#fail(troubleOf(error));
      return;
    }
    if (!isCurrent()) return;
    this.store.set({ session });
    remember(this.paper, session.id);
    this.#following = new AbortController();
    followSession(
      session,
      (changed) => {
        if (isCurrent()) this.#hear(changed, isFresh);
      },
      this.#following.signal,
    );
    this.#hear(session, isFresh);
  }

  /** A session as it is now. */
  #hear(session: SessionView, isFresh: boolean): void {
    this.store.set({ session });
    const { phase } = this.store.state();
    if (session.state === "ready" && phase === "starting") {
      this.store.set({ phase: "attaching" });
      this.#attach(session, isFresh, this.#attempt).catch((error: unknown) =>
        this.#fail(troubleOf(error)),
      );
    } else if (session.state === "failed") {
      this.#engine?.close();
      this.#fail({
        title: session.failure?.message ?? "The session could not be started",
        hint: session.failure?.hint ?? "Try again.",
      });
    } else if (session.state === "ended" && phase !== "over") {
      this.#engine?.close();
      this.#engine = null;
      this.store.set({ phase: "over", round: null, said: "The session has ended" });
    }
  }

  async #attach(session: SessionView, isFresh: boolean, attempt: number): Promise<void> {
    const { LiveEngine: Engine } = await import("./engine.ts");
    const page = [...this.#page.values()];
    const engine = await Engine.open(this.store, page, session, this.paper, isFresh);
    if (attempt !== this.#attempt) {
      engine.close();
      return;
    }
    this.#engine = engine;
    this.store.set({ phase: "live", trouble: null, said: "The paper is live" });
    if (isFresh) this.runAll();
  }

  #fail(trouble: Trouble): void {
    this.#engine = null;
    this.store.set({ phase: "failed", trouble, round: null, said: trouble.title });
  }

  async #guard(action: () => Promise<unknown>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.store.set({ trouble: troubleOf(error) });
    }
  }
}

/** What to tell a person about whatever was thrown. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof ApiError) {
    return { title: error.message, hint: error.hint ?? "Try again in a moment." };
  }
  return {
    title: "The running paper does not answer",
    hint: "Check the connection and try again.",
  };
}
