/** One server-sent event. */
export interface ServerEvent {
  event: string;
  data: string;
  id: string | null;
}

const largest = 8 * 1024 ** 2;
const silenceMs = 60_000;

/** The fields of one block of an event stream (HTML Living Standard, 9.2.6). Null for comments. */
function parseBlock(block: string): ServerEvent | null {
  const data: string[] = [];
  let event = "message";
  let id: string | null = null;
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    if (colon === 0) continue;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") data.push(value);
    else if (field === "event" && value) event = value;
    else if (field === "id") id = value;
  }
  return data.length > 0 ? { event, data: data.join("\n"), id } : null;
}

/**
 * The events of a text/event-stream answer, until it ends. Throws when nothing at all, not even a comment,
 * has come for a minute: the connection is dead then.
 */
export async function* readEvents(
  response: Response,
  signal: AbortSignal,
): AsyncGenerator<ServerEvent> {
  if (!response.body) return;
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let buffer = "";
  try {
    for (;;) {
      let timer: NodeJS.Timeout | undefined;
      const silence = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error("the event stream fell silent")), silenceMs);
      });
      const { done, value } = await Promise.race([reader.read(), silence]).finally(() =>
        clearTimeout(timer),
      );
      if (done) return;
      signal.throwIfAborted();
      // Normalised as a whole: a line's end may itself arrive in two pieces.
      buffer = (buffer + decoder.decode(value, { stream: true })).replaceAll("\r\n", "\n");
      if (buffer.length > largest) throw new Error("an event is too large");
      for (let end = buffer.indexOf("\n\n"); end >= 0; end = buffer.indexOf("\n\n")) {
        const event = parseBlock(buffer.slice(0, end));
        buffer = buffer.slice(end + 2);
        if (event) yield event;
      }
    }
  } finally {
    await reader.cancel();
  }
}
