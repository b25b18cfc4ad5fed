/** One message of an event stream. Without `event` it is what EventSource hands to onmessage. */
export interface StreamEvent {
  data: unknown;
  event?: string;
  /** What a client that connects again sends back as Last-Event-ID. */
  id?: string;
}

const keepAliveMs = 15_000;
const encoder = new TextEncoder();

function encode({ data, event, id }: StreamEvent): Uint8Array {
  const head = `${id === undefined ? "" : `id: ${id}\n`}${event ? `event: ${event}\n` : ""}`;
  return encoder.encode(`${head}data: ${JSON.stringify(data)}\n\n`);
}

/**
 * An answer of server-sent events from an async generator. Its first event is read before the answer
 * begins, so that what may not be seen answers as a problem. The client sets the pace: nothing is read ahead
 * for one that does not keep up. Ends when the generator does, or with the client.
 */
export async function eventStream(
  requestSignal: AbortSignal,
  source: (signal: AbortSignal) => AsyncGenerator<StreamEvent>,
): Promise<Response> {
  const gone = new AbortController();
  const signal = AbortSignal.any([requestSignal, gone.signal]);
  const events = source(signal);
  let first: IteratorResult<StreamEvent> | undefined = await events.next();
  let keepAlive: NodeJS.Timeout | undefined;
  const finish = () => clearInterval(keepAlive);
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encoder.encode("retry: 2000\n\n"));
      keepAlive = setInterval(() => {
        if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(": alive\n\n"));
      }, keepAliveMs);
      signal.addEventListener("abort", finish);
    },
    async pull(controller) {
      try {
        const { done, value } = first ?? (await events.next());
        first = undefined;
        if (!done) {
          controller.enqueue(encode(value));
          return;
        }
        finish();
        controller.close();
      } catch (error) {
        finish();
        if (signal.aborted) controller.close();
        else controller.error(error);
      }
    },
    async cancel() {
      finish();
      gone.abort();
      await events.return(undefined);
    },
  });
  return new Response(stream, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store, no-transform",
      "x-accel-buffering": "no",
    },
  });
}
