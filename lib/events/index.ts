import { EventEmitter } from "node:events";
import pg from "pg";
import { databaseUrl } from "#lib/config.ts";
import { type Database, db } from "#lib/db/index.ts";
import { logger } from "#lib/log.ts";

/** One PostgreSQL channel carries every event; the topic is inside. */
const channel = "colophon_events";

/** What changed: a topic such as `build:<id>`, `session:<id>`, `version:<id>` and a small JSON payload. */
export interface ColophonEvent {
  topic: string;
  data: unknown;
}

/**
 * Tells every process that something about `topic` changed. Inside a transaction the event goes out at
 * commit. PostgreSQL bounds a payload at 8000 bytes: events carry what changed, readers fetch the rest.
 */
export async function publishEvent(
  topic: string,
  data: unknown,
  database: Database = db(),
): Promise<void> {
  await publishEvents([{ topic, data }], database);
}

/** The same for several at once. */
export async function publishEvents(
  events: ColophonEvent[],
  database: Database = db(),
): Promise<void> {
  if (events.length === 0) return;
  const payloads = events.map(bounded);
  await database.$executeRaw`SELECT pg_notify(${channel}, payload) FROM unnest(${payloads}::text[]) AS payload`;
}

function bounded({ topic, data }: ColophonEvent): string {
  const payload = JSON.stringify({ topic, data });
  return Buffer.byteLength(payload) < 7_900 ? payload : JSON.stringify({ topic, data: null });
}

interface Listener {
  emitter: EventEmitter;
  ready: Promise<void>;
  close: () => Promise<void>;
}

const shared = globalThis as typeof globalThis & { colophonListener?: Listener };

function listener(): Listener {
  if (shared.colophonListener) return shared.colophonListener;
  const log = logger("events");
  const emitter = new EventEmitter();
  emitter.setMaxListeners(0);
  let closed = false;
  let current: pg.Client | undefined;

  const connect = async (): Promise<void> => {
    const client = new pg.Client({ connectionString: databaseUrl(), keepAlive: true });
    let lost = false;
    const reconnect = (error?: Error) => {
      if (lost || closed) return;
      lost = true;
      log.warn({ reason: error?.message }, "event connection lost, connecting again");
      client.removeAllListeners("notification");
      setTimeout(() => void connectUntilItHolds(), 500);
    };
    client.on("error", reconnect);
    client.on("end", () => reconnect());
    client.on("notification", ({ payload }) => {
      if (!payload) return;
      const event = JSON.parse(payload) as ColophonEvent;
      emitter.emit(event.topic, event.data);
      emitter.emit("*", event);
    });
    await client.connect();
    await client.query(`LISTEN ${channel}`);
    current = client;
    // Whoever listens may have missed something: a wake-up without data makes them look.
    emitter.emit("reconnected");
  };
  const connectUntilItHolds = async (): Promise<void> => {
    while (!closed) {
      try {
        await connect();
        return;
      } catch (error) {
        log.warn({ reason: String(error) }, "no event connection yet");
        await new Promise((resolve) => setTimeout(resolve, 1_000));
      }
    }
  };
  const close = async () => {
    closed = true;
    await current?.end();
  };
  shared.colophonListener = { emitter, ready: connectUntilItHolds(), close };
  return shared.colophonListener;
}

/** Closes this process's event connection. */
export async function closeEvents(): Promise<void> {
  const open = shared.colophonListener;
  delete shared.colophonListener;
  await open?.ready;
  await open?.close();
}

/**
 * Calls `handler` for every event of `topic` ("*": for all, with the event itself). It is also called with
 * null when the connection was lost and made again. Gives the function that ends the subscription.
 */
export async function subscribe(
  topic: string,
  handler: (data: unknown) => void,
): Promise<() => void> {
  const { emitter, ready } = listener();
  await ready;
  const wake = () => handler(null);
  emitter.on(topic, handler);
  emitter.on("reconnected", wake);
  return () => {
    emitter.off(topic, handler);
    emitter.off("reconnected", wake);
  };
}

/**
 * An endless stream of "look again": yields at once, then after every event of `topic` and at least every
 * `intervalMs`. Events that come while the consumer is busy are folded into one. Ends with `signal`.
 */
export async function* changes(
  topic: string,
  signal: AbortSignal,
  intervalMs = 15_000,
): AsyncGenerator<void> {
  let pending = true;
  let wake: (() => void) | undefined;
  const note = () => {
    pending = true;
    wake?.();
  };
  const end = await subscribe(topic, note);
  signal.addEventListener("abort", note);
  const timer = setInterval(note, intervalMs);
  try {
    while (!signal.aborted) {
      if (pending) {
        pending = false;
        yield;
        continue;
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (pending || signal.aborted) resolve();
      });
      wake = undefined;
    }
  } finally {
    end();
    clearInterval(timer);
    signal.removeEventListener("abort", note);
  }
}
