import { watch } from "node:fs";
import { chmod, lstat, readdir } from "node:fs/promises";
import http from "node:http";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isEnoent } from "#lib/errors.ts";
import { upstreamToken } from "./identifiers.ts";
import { socketName } from "./installation.ts";
import type { SessionAddress } from "./types.ts";

/** Where a session's server is dialled, as `http.request` wants it. */
export function dialOptions(address: SessionAddress): http.RequestOptions {
  return address.kind === "unix"
    ? { socketPath: address.path }
    : { host: address.host, port: address.port };
}

/** Resolves when the server answers to its token; rejects with the signal's reason. */
export async function becomesReady(
  session: { id: string; token: string },
  address: SessionAddress,
  signal: AbortSignal,
): Promise<void> {
  if (address.kind === "unix") await socketAppears(address.path, signal);
  // Between the socket's appearing and the first accept lie milliseconds; over TCP the engine itself accepts early.
  for (
    let waitMs = 10;
    !(await answers(session, address, signal));
    waitMs = Math.min(waitMs * 1.5, 250)
  ) {
    await delay(waitMs, undefined, { signal });
  }
}

async function socketAppears(file: string, signal: AbortSignal): Promise<void> {
  const directory = path.dirname(file);
  const watcher = watch(directory);
  try {
    await new Promise<void>((resolve, reject) => {
      const look = () => {
        readdir(directory).then((names) => {
          if (names.includes(socketName)) resolve();
        }, reject);
      };
      watcher.on("change", look);
      watcher.on("error", reject);
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      signal.throwIfAborted();
      look();
    });
  } finally {
    watcher.close();
  }
  await sealSocket(file);
}

/**
 * Takes the folder from the session's user, and makes sure that what is in it is a socket: a link put in
 * its place would make the gateway dial any socket of this host in a stranger's name.
 */
async function sealSocket(file: string): Promise<void> {
  await chmod(path.dirname(file), 0o755);
  const found = await lstat(file);
  if (!found.isSocket()) throw new Error("the server's socket is not a socket");
}

function answers(
  session: { id: string; token: string },
  address: SessionAddress,
  signal: AbortSignal,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const request = http.get(
      {
        ...dialOptions(address),
        path: `/s/${session.id}/api`,
        headers: { host: "session", authorization: `token ${upstreamToken(session.token)}` },
        agent: false,
        timeout: 20_000,
        signal,
      },
      (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      },
    );
    request.on("timeout", () => request.destroy());
    request.on("error", (error) => {
      if (signal.aborted) reject(signal.reason);
      else if (isEnoent(error)) reject(error);
      else resolve(false);
    });
  });
}
