import fc from "fast-check";
import { expect, test } from "vitest";
import { FrameWatcher } from "#lib/gateway/frames.ts";

/** A WebSocket frame as RFC 6455 lays it out; the payload's content does not matter. */
function frame(opcode: number, length: number, masked: boolean): Uint8Array {
  const extended =
    length < 126
      ? []
      : length < 65_536
        ? [length >> 8, length & 255]
        : [0, 0, 0, 0, 0, length >> 16, (length >> 8) & 255, length & 255];
  const code = length < 126 ? length : length < 65_536 ? 126 : 127;
  const head = [
    0x80 | opcode,
    (masked ? 0x80 : 0) | code,
    ...extended,
    ...(masked ? [1, 2, 3, 4] : []),
  ];
  // 0x81 would look like the beginning of a text frame to a watcher that lost its place.
  return Uint8Array.from([...head, ...new Array<number>(length).fill(0x81)]);
}

const ping = 9;
const pong = 10;
const text = 1;

test("pings and pongs are no messages, however the bytes are cut", () => {
  const one = fc.record({
    opcode: fc.constantFrom(ping, pong),
    length: fc.nat(125),
    masked: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.array(one, { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 1, max: 40 }),
      (frames, step) => {
        const bytes = Buffer.concat(
          frames.map((each) => frame(each.opcode, each.length, each.masked)),
        );
        const watcher = new FrameWatcher();
        for (let at = 0; at < bytes.length; at += step) {
          expect(watcher.sawMessage(bytes.subarray(at, at + step))).toBe(false);
        }
      },
    ),
  );
});

test("every message is seen once, between control frames of every length", () => {
  const one = fc.record({
    opcode: fc.constantFrom(ping, pong, text, 2, 0),
    length: fc.oneof(fc.nat(125), fc.integer({ min: 126, max: 70_000 })),
    masked: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(one, { maxLength: 12 }), (frames) => {
      const watcher = new FrameWatcher();
      const seen = frames.map((each) =>
        watcher.sawMessage(frame(each.opcode, each.length, each.masked)),
      );
      expect(seen).toEqual(frames.map(({ opcode }) => opcode < 8));
    }),
    { numRuns: 60 },
  );
});
