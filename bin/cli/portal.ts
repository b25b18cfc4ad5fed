import { Readable } from "node:stream";
import { z } from "zod";
import { CommandError } from "./command.ts";
import { readEvents } from "./read-events.ts";

const answerMs = 60_000;
const stallMs = 120_000;

const Problem = z.object({
  detail: z.string(),
  code: z.string(),
  hint: z.string().optional(),
});

interface Options {
  body?: BodyInit;
  mediaType?: string;
  accept?: string;
  signal: AbortSignal;
  redirect?: RequestRedirect;
  headers?: Record<string, string>;
}

/** A running portal, over its HTTP contract. Everything that it refuses is thrown as CommandError. */
export class Portal {
  readonly url: string;
  readonly #token: string | undefined;
  readonly #signal: AbortSignal;

  constructor(url: string, token: string | undefined, signal: AbortSignal) {
    this.url = url.replace(/\/+$/, "");
    this.#token = token;
    this.#signal = signal;
  }

  /** Whether it runs on this very machine. */
  get isHere(): boolean {
    return ["localhost", "127.0.0.1", "[::1]"].includes(new URL(this.url).hostname);
  }

  /** One request with a JSON body and answer; `schema` checks what this command needs of it. */
  async json<S extends z.ZodType>(
    method: string,
    path: string,
    schema: S,
    body?: unknown,
  ): Promise<z.infer<S>> {
    const response = await this.#request(method, path, {
      signal: AbortSignal.timeout(answerMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body), mediaType: "application/json" }),
    });
    return this.#parse(schema, await response.json());
  }

  /** Sends a stream as a body. Gives up when no byte has moved for two minutes. */
  async upload<S extends z.ZodType>(
    path: string,
    mediaType: string,
    chunks: AsyncIterable<Uint8Array>,
    schema: S,
  ): Promise<z.infer<S>> {
    const stalled = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const giveUpAfter = (ms: number) => {
      clearTimeout(timer);
      timer = setTimeout(() => stalled.abort(new DOMException("stalled", "TimeoutError")), ms);
    };
    async function* watched() {
      for await (const chunk of chunks) {
        giveUpAfter(stallMs);
        yield chunk;
      }
      // All is sent: what is left is the portal's work.
      giveUpAfter(5 * stallMs);
    }
    const body = Readable.from(watched(), { objectMode: false });
    giveUpAfter(stallMs);
    try {
      const response = await this.#request("POST", path, {
        body: Readable.toWeb(body) as ReadableStream<Uint8Array>,
        mediaType,
        signal: stalled.signal,
      });
      return this.#parse(schema, await response.json());
    } finally {
      // A refusal may come long before the end: nothing more is read then.
      body.destroy();
      clearTimeout(timer);
    }
  }

  /** An answer whose body the caller streams. */
  async open(path: string, accept: string): Promise<Response> {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), answerMs);
    try {
      return await this.#request("GET", path, { accept, signal: patience.signal });
    } finally {
      clearTimeout(timer);
    }
  }

  /** Where an address leads, without going there. */
  async redirectOf(path: string): Promise<string | null> {
    const response = await this.#request("GET", path, {
      accept: "text/html",
      redirect: "manual",
      signal: AbortSignal.timeout(answerMs),
    });
    await response.body?.cancel();
    return response.headers.get("location");
  }

  /**
   * Messages of an event stream, checked by `schema`. Connects again when the connection ends too early; the
   * caller stops by leaving the loop.
   */
  async *follow<S extends z.ZodType>(path: string, schema: S): AsyncGenerator<z.infer<S>> {
    for (let failures = 0; failures < 20; ) {
      try {
        const patience = new AbortController();
        const signal = AbortSignal.any([patience.signal, this.#signal]);
        const response = await this.#request("GET", path, { accept: "text/event-stream", signal });
        for await (const event of readEvents(response, signal)) {
          failures = 0;
          if (event.event === "message") yield this.#parse(schema, JSON.parse(event.data));
        }
      } catch (error) {
        if (error instanceof CommandError && error.code !== undefined) throw error;
        this.#signal.throwIfAborted();
      }
      failures += 1;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    throw new CommandError(`The portal at ${this.url} stopped answering.`, {
      hint: "See whether it still runs, and try again.",
    });
  }

  #parse<S extends z.ZodType>(schema: S, value: unknown): z.infer<S> {
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    throw new CommandError(
      `What answers at ${this.url} is not a Colophon that this command knows.`,
      {
        hint: "Check COLOPHON_URL, and that both have the same version.",
      },
    );
  }

  async #request(method: string, path: string, options: Options): Promise<Response> {
    const headers = new Headers({ accept: options.accept ?? "application/json" });
    if (options.mediaType) headers.set("content-type", options.mediaType);
    if (this.#token) headers.set("authorization", `Bearer ${this.#token}`);
    let response: Response;
    try {
      response = await fetch(new URL(path, `${this.url}/`), {
        method,
        headers,
        redirect: options.redirect ?? "follow",
        signal: AbortSignal.any([options.signal, this.#signal]),
        ...(options.body === undefined ? {} : { body: options.body, duplex: "half" as const }),
      });
    } catch (error) {
      this.#signal.throwIfAborted();
      throw this.#unreachable(error);
    }
    if (response.status < 400) return response;
    throw await refusal(response);
  }

  #unreachable(error: unknown): CommandError {
    const late = error instanceof Error && error.name === "TimeoutError";
    return new CommandError(
      late ? `The portal at ${this.url} does not answer in time.` : `No portal at ${this.url}.`,
      { hint: "Start it with `npm start`, or set COLOPHON_URL to where it is.", cause: error },
    );
  }
}

async function refusal(response: Response): Promise<CommandError> {
  const text = await response.text();
  let problem: z.infer<typeof Problem> | null = null;
  if (response.headers.get("content-type")?.startsWith("application/problem+json")) {
    problem = Problem.safeParse(JSON.parse(text)).data ?? null;
  }
  if (!problem) {
    return new CommandError(`The portal answered ${response.status}.`, {
      hint: "Check COLOPHON_URL: this may not be a Colophon portal.",
    });
  }
  const { detail, code, hint } = problem;
  const own = "Set COLOPHON_TOKEN: `colophon token create --name me` makes one on its machine.";
  return new CommandError(detail, {
    code,
    ...(response.status === 401 ? { hint: own } : hint === undefined ? {} : { hint }),
  });
}
