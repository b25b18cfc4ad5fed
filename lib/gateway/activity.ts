import { type Database, db, Prisma } from "#lib/db/index.ts";
import { messageOf } from "#lib/errors.ts";
import { logger } from "#lib/log.ts";

const flushEveryMs = 3_000;

/** When each session was last used, noted where its traffic passes and written down every few seconds. */
export class Activity {
  readonly #seen = new Map<string, number>();
  readonly #database: Database;
  #timer: NodeJS.Timeout | undefined;
  #flushedAt = 0;

  constructor(database: Database = db()) {
    this.#database = database;
  }

  /** Notes that somebody works in this session now. */
  note(id: string): void {
    this.#seen.set(id, Date.now());
    // After a quiet time at once: use in the last moment before an idle end must be known before that.
    this.#schedule(Math.max(0, this.#flushedAt + flushEveryMs - Date.now()));
  }

  #schedule(ms: number): void {
    if (this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.flush().catch((error: unknown) => {
        logger("gateway").warn({ reason: messageOf(error) }, "activity could not be written down");
        this.#schedule(flushEveryMs);
      });
    }, ms);
    this.#timer.unref();
  }

  /** Writes down what was noted since the last time. */
  async flush(): Promise<void> {
    if (this.#seen.size === 0) return;
    this.#flushedAt = Date.now();
    const seen = [...this.#seen];
    this.#seen.clear();
    try {
      const rows = seen.map(([id, at]) => Prisma.sql`(${id}, ${new Date(at)}::timestamp)`);
      await this.#database.$executeRaw`
        UPDATE "Session" SET "lastActivityAt" = GREATEST("lastActivityAt", seen.at)
        FROM (VALUES ${Prisma.join(rows)}) AS seen (id, at)
        WHERE "Session".id = seen.id AND "Session".state = 'ready'`;
    } catch (error) {
      for (const [id, at] of seen) if (!this.#seen.has(id)) this.#seen.set(id, at);
      throw error;
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.flush();
  }
}
