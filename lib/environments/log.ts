import { db } from "#lib/db/index.ts";
import { publishEvent } from "#lib/events/index.ts";

export interface LogChunk {
  seq: number;
  text: string;
}

/** The kept log of a build from chunk `after` (exclusive) on, oldest first, at most `limit` chunks. */
export async function readBuildLog(
  buildId: string,
  after = -1,
  limit = 10_000,
): Promise<LogChunk[]> {
  return await db().buildLogLine.findMany({
    where: { buildId, seq: { gt: after } },
    orderBy: { seq: "asc" },
    take: limit,
    select: { seq: true, text: true },
  });
}

/** Appends to a build's log in chunks, so that a chatty build costs a few writes a second. */
export class BuildLogWriter {
  readonly #buildId: string;
  #seq: number;
  #pending = "";
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #failure: unknown;

  private constructor(buildId: string, seq: number) {
    this.#buildId = buildId;
    this.#seq = seq;
  }

  /** Opens the log behind what an earlier try has written. */
  static async open(buildId: string): Promise<BuildLogWriter> {
    const last = await db().buildLogLine.aggregate({ where: { buildId }, _max: { seq: true } });
    return new BuildLogWriter(buildId, (last._max.seq ?? -1) + 1);
  }

  write(text: string): void {
    // PostgreSQL's text cannot hold NUL.
    this.#pending += text.replaceAll("\0", "�");
    this.#timer ??= setTimeout(() => this.#send(), 250);
  }

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#pending;
    this.#pending = "";
    if (!text) return;
    const seq = this.#seq++;
    this.#writing = this.#writing.then(async () => {
      try {
        await db().buildLogLine.create({ data: { buildId: this.#buildId, seq, text } });
        await publishEvent(`build:${this.#buildId}`, { seq });
      } catch (error) {
        this.#failure ??= error;
      }
    });
  }

  /** Writes what is pending; throws when any write so far has failed. */
  async flush(): Promise<void> {
    this.#send();
    await this.#writing;
    if (this.#failure !== undefined) throw this.#failure;
  }
}
