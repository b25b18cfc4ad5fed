import { z } from "zod";
import { db } from "#lib/db/index.ts";
import { messageOf } from "#lib/errors.ts";
import { subscribe } from "#lib/events/index.ts";
import { logger } from "#lib/log.ts";
import { cookieProof, type SessionState, upstreamToken } from "#lib/sessions/index.ts";
import type { SessionKeys } from "./guard.ts";

const Address = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("unix"), path: z.string() }),
  z.object({ kind: z.literal("tcp"), host: z.string(), port: z.number().int().positive() }),
]);

/** Where a ready session is, and what opens it. */
export interface Route extends SessionKeys {
  id: string;
  address: z.infer<typeof Address>;
}

/** What is known of a session that has no route. */
export type Absence = Exclude<SessionState, "ready"> | "unknown";

const columns = { id: true, state: true, token: true, address: true } as const;
const Event = z.object({
  topic: z.string(),
  data: z.object({ state: z.string() }).partial().nullable(),
});
const rememberAbsenceMs = 1_000;
const rememberAtMost = 10_000;

/**
 * The ready sessions, kept in memory and fed by the database's notifications: a request to one of them asks
 * the database nothing.
 */
export class RouteTable {
  readonly #routes = new Map<string, Route>();
  readonly #absent = new Map<string, { state: Absence; until: number }>();
  readonly #lookups = new Map<string, Promise<Route | Absence>>();
  #unsubscribe: (() => void) | undefined;
  #onGone: (id: string) => void = () => undefined;

  /** Loads all routes and follows what changes. */
  async open(onGone: (id: string) => void): Promise<void> {
    this.#onGone = onGone;
    this.#unsubscribe = await subscribe("*", (data) => this.#follow(data));
    await this.#loadAll();
  }

  close(): void {
    this.#unsubscribe?.();
  }

  get size(): number {
    return this.#routes.size;
  }

  /** The route of a session, from memory. */
  get(id: string): Route | undefined {
    return this.#routes.get(id);
  }

  /** Looks into the database, for a session that may have become ready a moment ago; many at once ask once. */
  async find(id: string): Promise<Route | Absence> {
    const known = this.#absent.get(id);
    if (known && known.until > Date.now()) return known.state;
    const asked = this.#lookups.get(id) ?? this.#read(id).finally(() => this.#lookups.delete(id));
    this.#lookups.set(id, asked);
    return await asked;
  }

  #follow(data: unknown): void {
    const renew = data === null ? this.#loadAll() : this.#take(data);
    renew.catch((error: unknown) => {
      logger("gateway").warn({ reason: messageOf(error) }, "routes could not be renewed");
    });
  }

  async #take(data: unknown): Promise<void> {
    const event = Event.safeParse(data);
    const id = event.success ? /^session:([0-9a-z]{26})$/.exec(event.data.topic)?.[1] : undefined;
    if (id === undefined) return;
    await this.#read(id);
  }

  async #read(id: string): Promise<Route | Absence> {
    const row = await db().session.findUnique({ where: { id }, select: columns });
    const route = row?.state === "ready" ? this.#keep(row) : null;
    if (route) return route;
    if (this.#routes.delete(id)) this.#onGone(id);
    const state = row === null || row.state === "ready" ? "unknown" : row.state;
    if (state === "queued" || state === "starting") {
      // It may be ready the next moment, and whoever started it is told so before this table is.
      this.#absent.delete(id);
      return state;
    }
    if (this.#absent.size >= rememberAtMost) this.#absent.clear();
    this.#absent.set(id, { state, until: Date.now() + rememberAbsenceMs });
    return state;
  }

  #keep(row: { id: string; token: string; address: unknown }): Route | null {
    const address = Address.safeParse(row.address);
    if (!address.success) return null;
    const { id, token } = row;
    const route = {
      id,
      token,
      upstreamToken: upstreamToken(token),
      cookieProof: cookieProof(token),
      address: address.data,
    };
    this.#routes.set(id, route);
    this.#absent.delete(id);
    return route;
  }

  async #loadAll(): Promise<void> {
    const rows = await db().session.findMany({ where: { state: "ready" }, select: columns });
    const ready = new Set(rows.map(({ id }) => id));
    for (const row of rows) this.#keep(row);
    for (const id of this.#routes.keys()) {
      if (ready.has(id)) continue;
      this.#routes.delete(id);
      this.#onGone(id);
    }
  }
}
