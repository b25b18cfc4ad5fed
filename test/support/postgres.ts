import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { preparePostgres } from "#lib/processes/postgres.ts";

/** One real PostgreSQL for the whole integration run, in a folder of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(path.join(tmpdir(), "colophon-postgres-"));
  await chmod(directory, 0o711);
  const postgres = await preparePostgres(directory, 5600);
  const server = postgres.spawn();
  await postgres.ready();
  project.provide("postgresUrl", postgres.url);
  return async () => {
    const exited = once(server, "exit");
    server.kill("SIGINT");
    await exited;
    await rm(directory, { recursive: true, force: true });
  };
}
