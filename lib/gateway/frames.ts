/**
 * Follows the bytes of one direction of a WebSocket and tells whether a message passed; pings and pongs,
 * which keep an unused connection open, are none. Holds no more than a frame's header. Source: RFC 6455, 5.2.
 */
export class FrameWatcher {
  #header: number[] = [];
  #skip = 0;

  /** Takes the next bytes. True when at least one frame of a message began in them. */
  sawMessage(chunk: Uint8Array): boolean {
    let found = false;
    let at = 0;
    while (at < chunk.length) {
      if (this.#skip > 0) {
        const step = Math.min(this.#skip, chunk.length - at);
        this.#skip -= step;
        at += step;
        continue;
      }
      this.#header.push(chunk[at] ?? 0);
      at += 1;
      const length = headerLength(this.#header);
      if (length === null || this.#header.length < length) continue;
      // Continuation, text and binary frames; 8 and above are close, ping and pong.
      if (((this.#header[0] ?? 0) & 0x0f) < 8) found = true;
      this.#skip = payloadLength(this.#header);
      this.#header = [];
    }
    return found;
  }
}

function headerLength(header: number[]): number | null {
  const second = header[1];
  if (second === undefined) return null;
  const length = second & 0x7f;
  const extended = length === 127 ? 8 : length === 126 ? 2 : 0;
  return 2 + extended + (second & 0x80 ? 4 : 0);
}

function payloadLength(header: number[]): number {
  const length = (header[1] ?? 0) & 0x7f;
  if (length < 126) return length;
  const bytes = header.slice(2, length === 126 ? 4 : 10);
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}
