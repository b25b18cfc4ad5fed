import { PrismaPg } from "@prisma/adapter-pg";
import { databaseUrl } from "#lib/config.ts";
import { PrismaClient } from "./generated/client.ts";

export type * from "./generated/client.ts";
export { Prisma } from "./generated/client.ts";
export { guardedTransition, type TransitionTable } from "./transition.ts";

/** What queries run on: the client itself or an open transaction. */
export type Database = Omit<PrismaClient, "$connect" | "$disconnect" | "$on" | "$use" | "$extends">;

// Next evaluates modules once per bundle: one pool a process all the same.
const shared = globalThis as typeof globalThis & { colophonPrisma?: PrismaClient };

const namedAtMost = 500;
const statementNames = new Map<string, string>();

/**
 * A name for each text of a query, by which every connection keeps it parsed. Texts that come late are not kept: lists of
 * different lengths make ever new ones.
 */
function statementName({ sql }: { sql: string }): string {
  const known = statementNames.get(sql);
  if (known !== undefined || statementNames.size >= namedAtMost) return known ?? "";
  const name = `colophon_${statementNames.size}`;
  statementNames.set(sql, name);
  return name;
}

/** This process's Prisma client on the configured PostgreSQL; connects at the first query. */
export function db(): PrismaClient {
  shared.colophonPrisma ??= new PrismaClient({
    adapter: new PrismaPg(
      {
        connectionString: databaseUrl(),
        max: 12,
        connectionTimeoutMillis: 10_000,
        idleTimeoutMillis: 30_000,
      },
      { statementNameGenerator: statementName },
    ),
    transactionOptions: { maxWait: 10_000, timeout: 60_000 },
  });
  return shared.colophonPrisma;
}

/** Closes this process's connections. Later queries open new ones. */
export async function closeDatabase(): Promise<void> {
  const client = shared.colophonPrisma;
  delete shared.colophonPrisma;
  await client?.$disconnect();
}
