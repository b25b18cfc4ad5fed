import { expect, test } from "vitest";
import { eventStream, type StreamEvent } from "#app/api/events.ts";
import { readEvents } from "../../bin/cli/read-events.ts";

const never = new AbortController().signal;

async function* three(): AsyncGenerator<StreamEvent> {
  yield { data: { state: "queued" } };
  yield { event: "log", id: "7", data: { text: "two\nlines" } };
  yield { data: { state: "built" } };
}

test("what the portal streams the command line reads", async () => {
  const response = await eventStream(never, three);
  expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
  expect(response.headers.get("cache-control")).toMatch(/no-transform/);
  const seen = [];
  for await (const event of readEvents(response, never)) seen.push(event);
  expect(seen).toEqual([
    { event: "message", id: null, data: '{"state":"queued"}' },
    { event: "log", id: "7", data: '{"text":"two\\nlines"}' },
    { event: "message", id: null, data: '{"state":"built"}' },
  ]);
});

test("what fails before the first event is an error, not an empty stream", async () => {
  await expect(
    eventStream(never, async function* (): AsyncGenerator<StreamEvent> {
      yield* [];
      throw new Error("not yours");
    }),
  ).rejects.toThrow("not yours");
});

test("nothing is read ahead of the client, and the source ends when the client leaves", async () => {
  let made = 0;
  let ended = false;
  const response = await eventStream(never, async function* () {
    try {
      for (;;) {
        made += 1;
        yield { data: made };
      }
    } finally {
      ended = true;
    }
  });
  const reader = response.body?.getReader();
  await reader?.read();
  expect(made).toBeLessThan(4);
  await reader?.cancel();
  expect(ended).toBe(true);
});

test("a source that waits is told that its client left", async () => {
  let told = false;
  const response = await eventStream(never, async function* (signal) {
    yield { data: 1 };
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    told = true;
  });
  const reader = response.body?.getReader();
  await reader?.read();
  await reader?.read();
  await reader?.cancel();
  expect(told).toBe(true);
});

test("events that arrive in pieces are put together again", async () => {
  const text =
    'retry: 1\n\n: alive\n\nid: 1\r\nevent: log\r\ndata: {"a":"ö"}\r\n\r\ndata: x\ndata: y\n\n';
  const all = new TextEncoder().encode(text);
  for (const size of [1, 2, 3, 5, 7]) {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < all.length; at += size) {
          controller.enqueue(all.slice(at, at + size));
        }
        controller.close();
      },
    });
    const seen = [];
    for await (const event of readEvents(new Response(body), never)) seen.push(event);
    expect(seen).toEqual([
      { event: "log", id: "1", data: '{"a":"ö"}' },
      { event: "message", id: null, data: "x\ny" },
    ]);
  }
});
