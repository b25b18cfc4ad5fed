import { once } from "node:events";
import { rm } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";

// What an engine says whose own parts are not there yet.
const trouble = JSON.stringify({ message: "connection error: transport is closing" });
const unwell = `HTTP/1.1 500 Internal Server Error\r\ncontent-type: application/json\r\ncontent-length: ${trouble.length}\r\nconnection: close\r\n\r\n${trouble}`;

/** A socket of its own that leads to the real engine, and can be shut and opened as if that went away. */
export class EngineDoor {
  readonly path: string;
  readonly #real: string;
  readonly #open = new Set<Socket>();
  #server: Server | undefined;
  #left = Number.POSITIVE_INFINITY;
  #how: "away" | "unwell" = "away";
  #shutting: Promise<void> = Promise.resolve();

  constructor(path: string, real = "/var/run/docker.sock") {
    this.path = path;
    this.#real = real;
  }

  async open(): Promise<void> {
    await this.#shutting;
    this.#left = Number.POSITIVE_INFINITY;
    if (this.#server) return;
    await rm(this.path, { force: true });
    const server = createServer({ allowHalfOpen: true }, (near) => {
      near.on("data", (chunk: Buffer) => {
        if (/^[A-Z]+ \//.test(chunk.toString("latin1", 0, 16))) this.#left -= 1;
        if (this.#left >= 0) return;
        if (this.#how === "away") void this.shut();
        else near.end(unwell, () => near.destroy());
      });
      const far = connect({ path: this.#real, allowHalfOpen: true });
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#open.add(one);
        one.pipe(other);
        one.on("error", () => other.destroy());
        one.once("close", () => {
          this.#open.delete(one);
          other.destroy();
        });
      }
    });
    server.listen(this.path);
    await once(server, "listening");
    this.#server = server;
  }

  /** Lets that many further calls through; from then on the engine is away, or answers each with an error of its own. */
  breakAfter(calls: number, how: "away" | "unwell"): void {
    this.#left = calls;
    this.#how = how;
  }

  /** Whether it has come to that. */
  get isBroken(): boolean {
    return this.#left < 0;
  }

  /** Nothing answers any more, and what was under way breaks off. */
  async shut(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = once(server, "close");
    server.close();
    for (const socket of this.#open) socket.destroy();
    this.#shutting = closed.then(() => rm(this.path, { force: true }));
    await this.#shutting;
  }
}
