import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { Logger } from "#lib/log.ts";

/** One process that the supervisor keeps alive. */
export interface ChildSpecification {
  name: string;
  spawn: () => ChildProcess;
  /** What asks it to end in order. */
  stopSignal: NodeJS.Signals;
  /** Milliseconds that it gets for it before it is killed. */
  graceMs: number;
}

const shortestDelayMs = 200;
const longestDelayMs = 10_000;
/** Who has run for this long starts again without delay. */
const healthyMs = 30_000;

/** Keeps one child process alive: restarts it with growing delays whenever it ends by itself. */
export class SupervisedChild {
  readonly name: string;
  readonly #specification: ChildSpecification;
  readonly #log: Logger;
  #process: ChildProcess | undefined;
  #restart: NodeJS.Timeout | undefined;
  #delayMs = shortestDelayMs;
  #stopping = false;

  constructor(specification: ChildSpecification, log: Logger) {
    this.name = specification.name;
    this.#specification = specification;
    this.#log = log;
  }

  start(): void {
    const started = performance.now();
    const child = this.#specification.spawn();
    this.#process = child;
    let ended = false;
    const onEnd = (how: string) => {
      if (ended) return;
      ended = true;
      this.#process = undefined;
      if (this.#stopping) return;
      if (performance.now() - started > healthyMs) this.#delayMs = shortestDelayMs;
      this.#log.warn({ process: this.name, how, againInMs: this.#delayMs }, "process ended");
      this.#restart = setTimeout(() => this.start(), this.#delayMs);
      this.#delayMs = Math.min(this.#delayMs * 2, longestDelayMs);
    };
    child.once("error", (error) => onEnd(error.message));
    child.once("exit", (code, signal) => onEnd(signal ?? `code ${code}`));
  }

  /** Ends it for good: first asks, then, after the grace, kills. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(this.#specification.stopSignal);
    const kill = setTimeout(() => {
      this.#log.warn({ process: this.name }, "did not stop in time, killed");
      child.kill("SIGKILL");
    }, this.#specification.graceMs);
    await exited;
    clearTimeout(kill);
  }

  /** Its present number, for `/health` and tests. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }
}
