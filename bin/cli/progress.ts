import type { Streams } from "./command.ts";

const everyMs = 200;
const everyLineMs = 5_000;

/** Bytes for people, in binary units. */
export function readableBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/** One line of progress: rewritten on a terminal, else repeated now and then. */
export class Progress {
  readonly #streams: Streams;
  #shown = 0;
  #last = "";

  constructor(streams: Streams) {
    this.#streams = streams;
  }

  /** Shows `text` if it differs and the last one has been up for a moment. */
  update(text: string, now = Date.now()): void {
    const pause = this.#streams.isTerminal ? everyMs : everyLineMs;
    if (text === this.#last || now - this.#shown < pause) return;
    this.#shown = now;
    this.#last = text;
    this.#streams.err(this.#streams.isTerminal ? `\r\x1b[K  ${text}` : `  ${text}\n`);
  }

  /** Ends the line with `text`. */
  done(text: string): void {
    this.#streams.err(this.#streams.isTerminal ? `\r\x1b[K  ${text}\n` : `  ${text}\n`);
    this.#last = "";
    this.#shown = 0;
  }
}
