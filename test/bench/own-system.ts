import { readFile } from "node:fs/promises";
import pg from "pg";
import { embeddedDatabaseFile } from "#lib/config.ts";
import { notebook, tarOf } from "#test/support/bundle.ts";
import { type RunningSystem, startSystem } from "#test/support/running-system.ts";
import { Client } from "./client.ts";

export interface OwnSystem {
  system: RunningSystem;
  client: Client;
  query: <T>(sql: string, values?: unknown[]) => Promise<T[]>;
}

/** Runs `work` against a system of its own with the given environment, for what another setting would change. */
export async function withOwnSystem<T>(
  env: Record<string, string>,
  work: (own: OwnSystem) => Promise<T>,
): Promise<T> {
  const system = await startSystem({ COLOPHON_EXAMPLES: "off", ...env });
  const { url } = JSON.parse(await readFile(embeddedDatabaseFile(system.dataDirectory), "utf8"));
  const database = new pg.Pool({ connectionString: url, max: 1 });
  try {
    const client = await Client.open(system);
    return await work({
      system,
      client,
      query: async (sql, values = []) => (await database.query(sql, values)).rows,
    });
  } finally {
    await database.end();
    await system.stop();
  }
}

/** A published paper of one notebook with its image built: its DOI and the image's digest. */
export async function builtPaper({ client, query }: OwnSystem, title: string) {
  const body = new Uint8Array(await tarOf({ "bench.ipynb": notebook("1 + 1") }));
  const { id } = await client.call("POST", "/api/publications", body, "application/x-tar");
  const doi = await client.publish(id, title);
  await client.build(doi);
  const [row] = await query<{ imageId: string }>(
    `SELECT e."imageId" FROM "Environment" e JOIN "Version" v ON v."environmentKey" = e.key WHERE v.doi = $1`,
    [doi],
  );
  return { doi, imageId: row?.imageId ?? "" };
}
