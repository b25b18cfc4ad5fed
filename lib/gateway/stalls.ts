/** Something that passes bytes and may come to a halt because of the other side. */
export interface Flow {
  /** Whether the client holds it up now. */
  isHeldUp(): boolean;
  /** Grows as bytes go through. */
  progress(): number;
  cut(): void;
}

interface Watched {
  progress: number;
  since: number;
}

/**
 * Cuts clients that hold a flow up for long: readers that take nothing of what waits for them, uploads that
 * stop. Whatever progresses, however slowly, goes on for as long as it likes.
 */
export class Stalls {
  readonly #flows = new Map<Flow, Watched>();
  readonly #limitMs: number;
  readonly #timer: NodeJS.Timeout;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
    this.#timer = setInterval(() => this.#look(), Math.min(limitMs / 2, 15_000));
    this.#timer.unref();
  }

  watch(flow: Flow): void {
    this.#flows.set(flow, { progress: -1, since: Date.now() });
  }

  forget(flow: Flow): void {
    this.#flows.delete(flow);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = Date.now();
    for (const [flow, watched] of this.#flows) {
      const progress = flow.progress();
      if (!flow.isHeldUp() || progress !== watched.progress) {
        watched.progress = progress;
        watched.since = now;
      } else if (now - watched.since >= this.#limitMs) {
        this.#flows.delete(flow);
        flow.cut();
      }
    }
  }
}
