import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** What is asked: a keep-alive GET, as the bytes that go out. */
export interface Target {
  port: number;
  request: Buffer;
}

/** A target from its parts. Extra headers end with a line break each. */
export function target(port: number, path: string, headers = ""): Target {
  return {
    port,
    request: Buffer.from(`GET ${path} HTTP/1.1\r\nHost: localhost:${port}\r\n${headers}\r\n`),
  };
}

/**
 * One connection that asks again and again. It parses no more of an answer than its length, so that the proxies
 * are what is measured.
 */
class Asker {
  readonly #socket: Socket;
  readonly #request: Buffer;
  #left = 0;
  #head = "";
  #done: (() => void) | undefined;

  private constructor(socket: Socket, request: Buffer) {
    this.#socket = socket;
    this.#request = request;
    socket.on("data", (chunk) => this.#take(chunk));
  }

  static async open({ port, request }: Target): Promise<Asker> {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    await once(socket, "connect");
    return new Asker(socket, request);
  }

  ask(): Promise<void> {
    return new Promise((resolve) => {
      this.#done = resolve;
      this.#socket.write(this.#request);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    let body = chunk.length;
    if (this.#left === 0) {
      this.#head += chunk.toString("latin1");
      const end = this.#head.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = /\r\ncontent-length: (\d+)/i.exec(this.#head)?.[1];
      if (!this.#head.startsWith("HTTP/1.1 200") || length === undefined) {
        throw new Error(`Unexpected answer: ${this.#head.slice(0, 300)}`);
      }
      body = this.#head.length - end - 4;
      this.#left = Number(length);
      this.#head = "";
    }
    this.#left -= body;
    if (this.#left === 0) this.#done?.();
  }
}

/** Requests a second that `connections` clients get answered within `ms`. */
export async function throughput(to: Target, connections: number, ms: number): Promise<number> {
  const askers = await Promise.all(Array.from({ length: connections }, () => Asker.open(to)));
  let answered = 0;
  const started = performance.now();
  await Promise.all(
    askers.map(async (asker) => {
      while (performance.now() - started < ms) {
        await asker.ask();
        answered += 1;
      }
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  for (const asker of askers) asker.close();
  return answered / seconds;
}

/** Milliseconds that each of `count` requests takes, one after the other. */
export async function latencies(to: Target, count: number): Promise<number[]> {
  const asker = await Asker.open(to);
  const found: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const started = performance.now();
    await asker.ask();
    found.push(performance.now() - started);
  }
  asker.close();
  return found;
}

/** Seconds until one answer has come whole. */
export async function download(to: Target): Promise<number> {
  const asker = await Asker.open(to);
  const started = performance.now();
  await asker.ask();
  asker.close();
  return (performance.now() - started) / 1000;
}
