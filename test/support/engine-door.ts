import { once } from "node:events";
import { rm } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";

/** A socket of its own that leads to the real engine, and can be shut and opened as if that went away. */
export class EngineDoor {
  readonly path: string;
  readonly #real: string;
  readonly #open = new Set<Socket>();
  #server: Server | undefined;

  constructor(path: string, real = "/var/run/docker.sock") {
    this.path = path;
    this.#real = real;
  }

  async open(): Promise<void> {
    await rm(this.path, { force: true });
    const server = createServer({ allowHalfOpen: true }, (near) => {
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

  /** Nothing answers any more, and what was under way breaks off. */
  async shut(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = once(server, "close");
    server.close();
    for (const socket of this.#open) socket.destroy();
    await closed;
    await rm(this.path, { force: true });
  }
}
