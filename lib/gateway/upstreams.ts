import { Pool } from "undici";
import { messageOf } from "#lib/errors.ts";
import { logger } from "#lib/log.ts";
import type { Route } from "./route-table.ts";

const noAnswerMs = 10 * 60_000;

/** Kept connections to sessions' servers, by session. */
export class Upstreams {
  readonly #pools = new Map<string, Pool>();

  /** The connections to a session's server; made anew where its address changed. */
  to({ id, address }: Route): Pool {
    const where = address.kind === "unix" ? address.path : `${address.host}:${address.port}`;
    const key = `${id} ${where}`;
    const known = this.#pools.get(key);
    if (known) return known;
    this.discard(id);
    const pool = new Pool(
      address.kind === "unix"
        ? "http://localhost"
        : `http://${hostIn(address.host)}:${address.port}`,
      {
        ...(address.kind === "unix" ? { socketPath: address.path } : {}),
        connections: 256,
        connectTimeout: 10_000,
        keepAliveTimeout: 30_000,
        headersTimeout: noAnswerMs,
        // A stream of events may be silent for long; who reads one goes away, and it ends with that.
        bodyTimeout: 0,
        maxHeaderSize: 64 * 1024,
      },
    );
    this.#pools.set(key, pool);
    return pool;
  }

  /** Ends the connections of a session, or of all. */
  discard(id?: string): void {
    for (const [key, pool] of this.#pools) {
      if (id !== undefined && !key.startsWith(`${id} `)) continue;
      this.#pools.delete(key);
      pool.destroy().catch((error: unknown) => {
        logger("gateway").debug({ reason: messageOf(error) }, "connections were not closed");
      });
    }
  }
}

const hostIn = (host: string) => (host.includes(":") ? `[${host}]` : host);
