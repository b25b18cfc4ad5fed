import type { Readable } from "node:stream";
import type Dockerode from "dockerode";
import { BuilderError } from "./error.ts";
import { decodeTrace, type Trace, type TraceVertex } from "./trace.ts";
import type { BuildEvent } from "./types.ts";

export interface EngineBuild {
  docker: Dockerode;
  context: Readable;
  /** Path in the context. */
  dockerfile: string;
  tag: string;
  labels: Record<string, string>;
  target?: string | undefined;
  signal?: AbortSignal | undefined;
  onEvent?: ((event: BuildEvent) => void) | undefined;
}

/** Thrown inside the builder when the engine says that a build failed. */
export class EngineBuildFailure extends Error {
  readonly log: string;
  constructor(message: string, log: string) {
    super(message);
    this.name = "EngineBuildFailure";
    this.log = log;
  }
}

interface DialModem {
  dial(
    options: Record<string, unknown>,
    callback: (error: Error | null, stream?: Readable) => void,
  ): void;
}

const MAX_LOG_BYTES = 4 * 1024 * 1024;
const TAIL_BYTES = 64 * 1024;
const MAX_MESSAGE = 8 * 1024 * 1024;

/**
 * Builds with the engine's BuildKit and gives the image's id. Steps and log lines arrive as events; the log is cut after
 * 4 MiB with a notice. Aborting the signal closes the connection, upon which the engine stops its work.
 * Throws EngineBuildFailure with the log's tail, or a BuilderError where the engine does not answer.
 */
export async function runEngineBuild(build: EngineBuild): Promise<string> {
  const { signal, context } = build;
  signal?.throwIfAborted();
  const stream = await startBuild(build);
  const progress = new Progress(build.onEvent);
  const stop = () => {
    stream.destroy();
    context.destroy();
  };
  signal?.addEventListener("abort", stop, { once: true });
  let imageId: string | undefined;
  let failure: string | undefined;
  try {
    for await (const line of jsonLines(stream)) {
      if (line.id === "moby.buildkit.trace" && typeof line.aux === "string") {
        progress.show(decodeTrace(Buffer.from(line.aux, "base64")));
      } else if (line.id === "moby.image.id" && isRecord(line.aux)) {
        imageId = String(line.aux.ID);
      } else if (typeof line.error === "string") {
        failure = line.error;
      }
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw unavailable(error);
  } finally {
    signal?.removeEventListener("abort", stop);
    context.destroy();
  }
  signal?.throwIfAborted();
  progress.end();
  if (imageId === undefined || failure !== undefined) {
    throw new EngineBuildFailure(
      failure ?? "The engine ended the build without an image.",
      progress.tail(failure),
    );
  }
  return imageId;
}

/**
 * dockerode's own buildImage opens a second connection for registry credentials, which it does not close when a build is
 * aborted. Our bases are always present, so no credentials are ever asked for.
 */
function startBuild(build: EngineBuild): Promise<Readable> {
  const modem: DialModem = engineModem(build.docker);
  const options = {
    version: "2",
    dockerfile: build.dockerfile,
    t: build.tag,
    labels: JSON.stringify(build.labels),
    ...(build.target === undefined ? {} : { target: build.target }),
  };
  return new Promise((resolve, reject) => {
    modem.dial(
      {
        path: "/build?",
        method: "POST",
        file: build.context,
        options,
        isStream: true,
        abortSignal: build.signal,
        statusCodes: { 200: true, 400: "bad parameter", 500: "server error" },
      },
      (error, stream) => {
        if (build.signal?.aborted === true) {
          if (stream !== undefined) stream.destroy();
          reject(build.signal.reason);
        } else if (error !== null || stream === undefined) {
          reject(unavailable(error));
        } else {
          resolve(stream);
        }
      },
    );
  });
}

/** dockerode types its modem more loosely than it is. */
function engineModem(docker: { modem: unknown }): DialModem {
  return docker.modem as DialModem;
}

function unavailable(cause: unknown): BuilderError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new BuilderError(
    "engine_unavailable",
    `The Docker engine did not carry the build through: ${reason.slice(0, 300)}`,
    "Check that the Docker engine is running and that there is space on its disk.",
    { cause },
  );
}

async function* jsonLines(stream: AsyncIterable<unknown>): AsyncGenerator<Record<string, unknown>> {
  let rest = "";
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    rest += Buffer.isBuffer(chunk) ? decoder.decode(chunk, { stream: true }) : String(chunk);
    if (rest.length > MAX_MESSAGE) throw new Error("The engine sent a message that is too long.");
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line.trim() === "") continue;
      const parsed: unknown = JSON.parse(line);
      if (isRecord(parsed)) yield parsed;
    }
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** Turns BuildKit's trace into events, each step once when it begins and once when it is done. */
class Progress {
  readonly #emit: ((event: BuildEvent) => void) | undefined;
  readonly #begun = new Map<string, TraceVertex>();
  readonly #done = new Set<string>();
  #logged = 0;
  #tail = "";
  #partial = new Map<string, string>();

  constructor(emit: ((event: BuildEvent) => void) | undefined) {
    this.#emit = emit;
  }

  show(trace: Trace): void {
    for (const vertex of trace.vertexes) this.#showVertex(vertex);
    for (const log of trace.logs)
      this.#showLog(log.stream === 2 ? "stderr" : "stdout", log.vertex, log.text);
  }

  end(): void {
    for (const [key, text] of this.#partial) {
      if (text !== "") this.#line(key.startsWith("2") ? "stderr" : "stdout", text);
    }
    this.#partial.clear();
  }

  tail(failure: string | undefined): string {
    return failure === undefined ? this.#tail : `${this.#tail}${failure}\n`;
  }

  #showVertex(vertex: TraceVertex): void {
    const step = /^\[(?:(\S+) )?(\d+)\/(\d+)\] ([\s\S]*)$/.exec(vertex.name);
    if (step === null || vertex.started === undefined) return;
    const event = {
      type: "step" as const,
      index: Number(step[2]),
      total: Number(step[3]),
      name: readableName(step[4] ?? ""),
      cached: vertex.cached,
    };
    if (vertex.completed !== undefined) {
      if (this.#done.has(vertex.digest)) return;
      this.#done.add(vertex.digest);
      this.#emit?.({
        ...event,
        durationMs: Math.max(0, Math.round(vertex.completed - vertex.started)),
      });
    } else if (!this.#begun.has(vertex.digest)) {
      this.#begun.set(vertex.digest, vertex);
      this.#emit?.(event);
    }
  }

  #showLog(stream: "stdout" | "stderr", vertex: string, bytes: Buffer): void {
    const key = `${stream === "stderr" ? 2 : 1}${vertex}`;
    const lines = ((this.#partial.get(key) ?? "") + bytes.toString()).split("\n");
    const rest = lines.pop() ?? "";
    this.#partial.set(key, rest.length > 16_384 ? "" : rest);
    if (rest.length > 16_384) lines.push(rest);
    for (const line of lines) this.#line(stream, line);
  }

  #line(stream: "stdout" | "stderr", raw: string): void {
    // A progress bar rewrites its line: only what it ended as is kept.
    const text = (raw.replace(/\r+$/, "").split("\r").pop() ?? "").slice(0, 16_384);
    this.#tail = `${this.#tail}${text}\n`.slice(-TAIL_BYTES);
    if (this.#logged > MAX_LOG_BYTES) return;
    this.#logged += text.length + 1;
    this.#emit?.({
      type: "log",
      stream,
      text:
        this.#logged > MAX_LOG_BYTES
          ? `The log is longer than ${MAX_LOG_BYTES} bytes; the rest is not kept.`
          : text,
    });
  }
}

/** A step as a person knows it: without mounts and line ends, not too long. */
function readableName(name: string): string {
  const text = name.replace(/\s*--(?:mount|from|chown|chmod)=\S+/g, "").replace(/\s+/g, " ");
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}
