import type { SessionView } from "#lib/sessions/index.ts";
import { ApiError, send } from "../api.ts";
import { askForSession, followSession, isOver } from "./begin.ts";
import type { LiveEngine } from "./engine.ts";
import type { PageCell } from "./notebook-document.ts";
import type { LiveRequest, Trouble } from "./state.ts";
import type { LiveStore } from "./store.ts";

/** What a page can run: the published notebook that it shows. */
export interface LivePaperFacts extends LiveRequest {
  title: string;
  /** The notebook's kernel by name and language; null where it states none. */
  kernelName: string | null;
  language: string | null;
  isSignedIn: boolean;
  /** The reader's newest session of this very notebook that lives, or whose files are kept. */
  earlier: { id: string; isOver: boolean } | null;
}

/** Everything that a reader can do with a live page. Loads what it needs when it is needed. */
export class LiveControls {
  readonly store: LiveStore;
  readonly paper: LivePaperFacts;
  readonly #page = new Map<string, PageCell>();
  #engine: LiveEngine | null = null;
  #following = new AbortController();
  #endTimer: ReturnType<typeof setTimeout> | undefined;
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
    await Promise.all([
      import("./engine.ts"),
      import("./live-cell-body.tsx"),
      import("./live-bar-body.tsx"),
    ]);
  }

  /** Run: the whole paper, from the top, in a session of its own. */
  async start(): Promise<void> {
    await this.#begin(() => askForSession(this.paper), true);
  }

  /** Goes on in a session that is still there, as it was left: nothing is run. */
  async goOn(session: string): Promise<void> {
    await this.#begin(() => send<SessionView>("GET", `/api/sessions/${session}`), false);
  }

  /** What was changed in a session that has ended, in a new one. */
  async resume(session: string): Promise<void> {
    await this.#begin(() => send<SessionView>("POST", `/api/sessions/${session}/resume`), false);
  }

  /** Ends the session; what was changed stays in the workspace. */
  async stop(): Promise<void> {
    const { session } = this.store.state();
    await this.#engine?.flush();
    if (session && !isOver(session)) {
      await this.guard(() => send("DELETE", `/api/sessions/${session.id}`));
    }
  }

  /** Gives up a session that is not there yet. */
  async cancel(): Promise<void> {
    const { session } = this.store.state();
    this.leave();
    if (session) await this.guard(() => send("DELETE", `/api/sessions/${session.id}`));
  }

  /** More time. */
  async extend(): Promise<void> {
    const { session } = this.store.state();
    if (!session) return;
    await this.guard(async () => {
      this.#hear(await send<SessionView>("POST", `/api/sessions/${session.id}/extend`), false);
      this.store.set({ said: "The session goes on" });
    });
  }

  /** Back to the plain paper. */
  leave(): void {
    this.#attempt += 1;
    this.#following.abort();
    clearTimeout(this.#endTimer);
    this.#engine?.close();
    this.#engine = null;
    this.store.reset();
  }

  runAll(): void {
    if (this.#engine) this.#engine.run(this.#engine.order);
  }

  /** One cell, everything before it, or everything from it on. */
  runPart(key: string, part: "only" | "above" | "from"): void {
    const engine = this.#engine;
    if (!engine) return;
    const at = engine.order.indexOf(key);
    if (part === "only") engine.run([key]);
    else engine.run(part === "above" ? engine.order.slice(0, at) : engine.order.slice(at));
  }

  /** A cell's text changed by a field of a form: it runs, and all that follows. */
  setParameters(key: string, source: string): void {
    const engine = this.#engine;
    if (!engine) return;
    engine.edit(key, source);
    engine.rerun(engine.order.slice(engine.order.indexOf(key)));
  }

  async interrupt(): Promise<void> {
    await this.guard(async () => this.#engine?.interrupt());
  }

  /** Forgets what the code has computed. */
  async restart(): Promise<void> {
    await this.guard(async () => this.#engine?.restart());
  }

  /** Does something that may fail; the page then says why. */
  async guard(action: () => Promise<unknown>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.store.set({ trouble: troubleOf(error) });
    }
  }

  async #begin(ask: () => Promise<SessionView>, isFresh: boolean): Promise<void> {
    this.leave();
    const attempt = this.#attempt;
    this.store.set({ phase: "starting", said: "Starting" });
    const loading = this.preload();
    let session: SessionView;
    try {
      session = await ask();
      await loading;
    } catch (error) {
      if (attempt === this.#attempt) this.#fail(troubleOf(error));
      return;
    }
    if (attempt !== this.#attempt) return;
    this.#following = new AbortController();
    const { signal } = this.#following;
    followSession(session, (changed) => !signal.aborted && this.#hear(changed, isFresh), signal);
    this.#hear(session, isFresh);
  }

  /** A session as it is now. */
  #hear(session: SessionView, isFresh: boolean): void {
    this.store.set({ session });
    this.#watchEnd(session);
    const { phase } = this.store.state();
    if (session.state === "ready" && phase === "starting") {
      this.store.set({ phase: "attaching" });
      const attempt = this.#attempt;
      this.#attach(session, isFresh, attempt).catch((error: unknown) => {
        if (attempt === this.#attempt) this.#fail(troubleOf(error));
      });
    } else if (session.state === "failed" && phase !== "failed") {
      this.#fail({
        title: session.failure?.message ?? "The session could not be started",
        hint: session.failure?.hint ?? "Try again.",
      });
    } else if (session.state === "stopping") {
      // Its server goes: the line to it is not to be made anew.
      this.#engine?.close();
      this.#engine = null;
    } else if (session.state === "ended" && phase !== "over") {
      this.#engine?.close();
      this.#engine = null;
      this.store.set({ phase: "over", round: null, said: "The session has ended" });
    }
  }

  async #attach(session: SessionView, isFresh: boolean, attempt: number): Promise<void> {
    const { LiveEngine: Engine } = await import("./engine.ts");
    const page = [...this.#page.values()];
    const engine = await Engine.open(this.store, page, session, this.paper);
    if (attempt !== this.#attempt) {
      engine.close();
      return;
    }
    this.#engine = engine;
    engine.show(isFresh);
    this.store.set({ phase: "live", trouble: null, said: "The paper is live" });
    if (isFresh) this.runAll();
  }

  /** Its end moves with use, of which no event tells: it is asked for when the warning would be due. */
  #watchEnd(session: SessionView): void {
    clearTimeout(this.#endTimer);
    if (session.state !== "ready" || !session.warnFrom || !session.endsAt) return;
    const due = Date.parse(session.warnFrom) - Date.now();
    if (due <= 0) {
      this.store.set({ endsSoon: true });
      void this.#engine?.flush();
    } else this.store.set({ endsSoon: false });
    // While it warns: somebody may have extended it elsewhere.
    const wait = due <= 0 ? 30_000 : Math.min(due + 500, 2 ** 31 - 1);
    this.#endTimer = setTimeout(() => {
      send<SessionView>("GET", `/api/sessions/${session.id}`).then(
        (now) => this.#hear(now, false),
        () => this.#watchEnd(session),
      );
    }, wait);
  }

  #fail(trouble: Trouble): void {
    this.#engine?.close();
    this.#engine = null;
    this.store.set({ phase: "failed", trouble, round: null, said: trouble.title });
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
