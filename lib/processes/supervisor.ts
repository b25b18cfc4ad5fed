import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { childEnvironment, repositoryRoot } from "#lib/config.ts";
import { logger } from "#lib/log.ts";
import { type ChildSpecification, SupervisedChild } from "./child.ts";
import type { EmbeddedPostgres } from "./postgres.ts";

function nodeChild(name: string, graceMs: number, env: Record<string, string>): ChildSpecification {
  const script = path.join(repositoryRoot, "bin", `${name}.ts`);
  return {
    name,
    graceMs,
    stopSignal: "SIGTERM",
    spawn: (): ChildProcess =>
      spawn(process.execPath, ["--enable-source-maps", script], {
        cwd: repositoryRoot,
        env: childEnvironment({ ...env, NODE_ENV: "production" }),
        // A group of its own: Ctrl-C goes to the supervisor alone, which stops everything in order. The
        // channel tells a child when the supervisor itself was killed.
        detached: true,
        stdio: ["ignore", "inherit", "inherit", "ipc"],
      }),
  };
}

/** The processes of one Colophon, in the order in which they start; they stop in the opposite order. */
export class Supervisor {
  readonly #log = logger("supervisor");
  readonly #running: SupervisedChild[] = [];

  /** Starts PostgreSQL; resolves when it answers. */
  async startPostgres(postgres: EmbeddedPostgres): Promise<void> {
    const specification: ChildSpecification = {
      name: "postgres",
      graceMs: 30_000,
      // PostgreSQL's fast shutdown.
      stopSignal: "SIGINT",
      spawn: () => {
        const child = postgres.spawn();
        child.stderr?.on("data", (chunk: Buffer) => {
          const text = chunk.toString("utf8").trim();
          if (text) this.#log.info({ postgres: text }, "postgres says");
        });
        return child;
      },
    };
    this.#start(specification);
    await postgres.ready();
  }

  /** Starts the three Node processes on the database at `databaseUrl`. */
  startOurs(databaseUrl: string): void {
    // Node's four threads for files and hashes would make many small files wait for one another.
    const env = { DATABASE_URL: databaseUrl, UV_THREADPOOL_SIZE: "16" };
    this.#start(nodeChild("worker", 20_000, env));
    this.#start(nodeChild("gateway", 10_000, env));
    this.#start(nodeChild("portal", 10_000, env));
  }

  #start(specification: ChildSpecification): void {
    const child = new SupervisedChild(specification, this.#log);
    this.#running.push(child);
    child.start();
  }

  /** Ends our own processes, last started first. PostgreSQL goes on: what is left to tidy needs it. */
  async stopOurs(): Promise<void> {
    for (const child of this.#running.toReversed()) {
      if (child.name !== "postgres") await child.stop();
    }
  }

  /** Ends PostgreSQL. */
  async stopPostgres(): Promise<void> {
    await this.#running.find((child) => child.name === "postgres")?.stop();
  }
}
