import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import pg from "pg";
import { embeddedDatabaseFile } from "#lib/config.ts";
import { messageOf } from "#lib/errors.ts";
import { buildPortal, ensureEngine, step } from "#lib/setup/index.ts";
import { type RunningSystem, startSystem } from "#test/support/running-system.ts";
import { Client } from "./client.ts";
import { fork } from "./fork.ts";
import { gateway } from "./gateway.ts";
import { ingest } from "./ingest.ts";
import { launch } from "./launch.ts";
import { live } from "./live.ts";
import { type Result, render } from "./measure.ts";
import { pool as warmPool } from "./pool.ts";
import { rebuild } from "./rebuild.ts";

/** What every benchmark gets: a running system of its own and a folder to write into. */
export interface Bench {
  system: RunningSystem;
  client: Client;
  database: { query: <T>(sql: string, values: unknown[]) => Promise<T[]> };
  scratch: string;
}

const benchmarks: Record<string, (bench: Bench) => Promise<Result | Result[]>> = {
  launch,
  pool: warmPool,
  live,
  gateway,
  fork,
  ingest,
  rebuild,
};

const say = (line: string) => process.stderr.write(`${line}\n`);

/** `npm run bench [-- name …] [--json]`: starts a system, measures, prints ratios. Gives the exit code. */
export async function runBenchmarks(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: "boolean", default: false } },
  });
  const unknown = positionals.filter((name) => !(name in benchmarks));
  if (unknown.length) {
    say(`There is no benchmark "${unknown[0]}". There are: ${Object.keys(benchmarks).join(", ")}.`);
    return 2;
  }
  const names = positionals.length ? positionals : Object.keys(benchmarks);
  const scratch = await mkdtemp(path.join(tmpdir(), "colophon-bench-"));
  const release = await step("Docker engine", ensureEngine);
  const results: Result[] = [];
  try {
    await step("Portal's production build", (note) => buildPortal(note));
    const system = await step("A system to measure", () =>
      startSystem({ COLOPHON_EXAMPLES: "off", COLOPHON_LOG_LEVEL: "warn" }),
    );
    const { url } = JSON.parse(await readFile(embeddedDatabaseFile(system.dataDirectory), "utf8"));
    const pool = new pg.Pool({ connectionString: url, max: 1 });
    try {
      const client = await Client.open(system);
      const database: Bench["database"] = {
        query: async (sql, parameters) => (await pool.query(sql, parameters)).rows,
      };
      for (const name of names) {
        const found = await step(name, async () =>
          benchmarks[name]?.({ system, client, database, scratch }),
        );
        for (const each of [found ?? []].flat()) {
          results.push(each);
          if (!values.json) process.stdout.write(`${render(each)}\n`);
        }
      }
    } finally {
      await pool.end();
      await system.stop();
    }
    if (values.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
    return 0;
  } catch (error) {
    say(messageOf(error));
    return 1;
  } finally {
    await release();
    await rm(scratch, { recursive: true, force: true });
  }
}
