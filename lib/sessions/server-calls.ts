import http from "node:http";
import { z } from "zod";
import { upstreamToken } from "./identifiers.ts";
import { dialOptions } from "./readiness.ts";
import type { SessionAddress } from "./types.ts";

/** A session or a slot, as its server knows it. */
export interface ServerIdentity {
  id: string;
  token: string;
}

interface Call {
  method: "GET" | "POST";
  /** Below the server's base URL. */
  path: string;
  body?: object;
  signal: AbortSignal;
}

// What a session's server says is whatever runs in it: longer answers are none that we asked for.
const longestAnswer = 256 * 1024;

/** Asks a session's own server something; gives the HTTP status and the text. Rejects when nobody answers. */
async function ask(
  { id, token }: ServerIdentity,
  address: SessionAddress,
  { method, path, body, signal }: Call,
): Promise<{ status: number; text: string }> {
  const payload = body === undefined ? undefined : JSON.stringify(body);
  return await new Promise((resolve, reject) => {
    const request = http.request(
      {
        ...dialOptions(address),
        method,
        path: `/s/${id}/${path}`,
        headers: {
          host: "session",
          authorization: `token ${upstreamToken(token)}`,
          ...(payload === undefined
            ? {}
            : {
                "content-type": "application/json",
                "content-length": Buffer.byteLength(payload),
              }),
        },
        agent: false,
        signal,
      },
      (response) => {
        let text = "";
        response.on("error", reject);
        response.setEncoding("utf8").on("data", (chunk: string) => {
          text += chunk;
          if (text.length > longestAnswer) request.destroy(new Error("the answer is too long"));
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      },
    );
    request.on("error", reject);
    request.end(payload);
  });
}

/** Resolves when the server's first kernel is up and idle: the answer comes then, however long it takes. */
export async function kernelIsIdle(
  server: ServerIdentity,
  address: SessionAddress,
  signal: AbortSignal,
): Promise<void> {
  const { status } = await ask(server, address, { method: "GET", path: "colophon/ready", signal });
  if (status !== 200) throw new Error(`the server answers ${status} when asked for its kernel`);
}

/**
 * Tells a waiting server that its files are there now: it restores what the image keeps for them. `env`: variables for
 * its kernels. May be repeated.
 */
export async function tellClaimed(
  server: ServerIdentity,
  address: SessionAddress,
  env: Record<string, string>,
  signal: AbortSignal,
): Promise<void> {
  const call = { method: "POST", path: "colophon/claim", body: { env }, signal } as const;
  const { status } = await ask(server, address, call);
  if (status !== 200) throw new Error(`the server answers ${status} when told of its files`);
}

/** Tells a server that its workspace is full, with what to say to the person, or (null) that there is room again. */
export async function tellFull(
  server: ServerIdentity,
  address: SessionAddress,
  message: string | null,
  signal: AbortSignal,
): Promise<void> {
  const call = { method: "POST", path: "colophon/full", body: { message }, signal } as const;
  const { status } = await ask(server, address, call);
  if (status !== 200) throw new Error(`the server answers ${status} when told of its limit`);
}

const Size = z.object({ total: z.number().nonnegative(), changed: z.number().nonnegative() });

/** Asks a server for the bytes of its files, and of those that were changed since it started. */
export async function askSize(
  server: ServerIdentity,
  address: SessionAddress,
  signal: AbortSignal,
): Promise<z.infer<typeof Size>> {
  const call = { method: "GET", path: "colophon/size", signal } as const;
  const { status, text } = await ask(server, address, call);
  if (status !== 200) throw new Error(`the server answers ${status} when asked for its size`);
  return Size.parse(JSON.parse(text));
}

const Kernels = z.array(
  z.object({ execution_state: z.string().optional(), last_activity: z.string().optional() }),
);

/**
 * When the server's kernels were at work last: now, while one computes, whether or not anybody looks on; null where none
 * ever was.
 */
export async function lastComputed(
  server: ServerIdentity,
  address: SessionAddress,
  signal: AbortSignal,
): Promise<Date | null> {
  const { status, text } = await ask(server, address, {
    method: "GET",
    path: "api/kernels",
    signal,
  });
  if (status !== 200) throw new Error(`the server answers ${status} when asked for its kernels`);
  const now = Date.now();
  const times = Kernels.parse(JSON.parse(text)).map((kernel) =>
    kernel.execution_state === "busy" ? now : Date.parse(kernel.last_activity ?? ""),
  );
  // A time to come is of a clock that has been set since.
  const past = times.filter((time) => time <= now);
  return past.length > 0 ? new Date(Math.max(...past)) : null;
}
