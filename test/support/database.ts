import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, inject } from "vitest";

declare module "vitest" {
  export interface ProvidedContext {
    postgresUrl: string;
  }
}

/**
 * A fresh, migrated database and an empty data folder for one test file; call it at the top of the file,
 * before anything reads the configuration. Both are gone when the file's tests are done.
 */
export async function testDatabase(): Promise<{ url: string; dataDirectory: string }> {
  const server = new URL(inject("postgresUrl"));
  const name = `test_${randomBytes(6).toString("hex")}`;
  const admin = new pg.Client({ connectionString: server.href });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  server.pathname = `/${name}`;
  const dataDirectory = await mkdtemp(path.join(tmpdir(), "colophon-test-"));
  await chmod(dataDirectory, 0o711);
  process.env.DATABASE_URL = server.href;
  process.env.COLOPHON_DATA = dataDirectory;
  process.env.COLOPHON_LOG_LEVEL ??= "silent";

  const { closeDatabase } = await import("#lib/db/index.ts");
  const { migrate } = await import("#lib/setup/index.ts");
  const { closeQueue } = await import("#lib/jobs/index.ts");
  const { closeEvents } = await import("#lib/events/index.ts");
  await migrate(server.href);
  afterAll(async () => {
    await closeQueue(0);
    await closeEvents();
    await closeDatabase();
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await admin.end();
    await rm(dataDirectory, { recursive: true, force: true });
  });
  return { url: server.href, dataDirectory };
}
