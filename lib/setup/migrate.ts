import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import * as engineBindings from "@prisma/schema-engine-wasm/schema_engine_bg";
import { repositoryRoot } from "#lib/config.ts";

const filters = { externalTables: [], externalEnums: [] };
const schemaFile = path.join(repositoryRoot, "prisma/schema.prisma");
const migrationsDirectory = path.join(repositoryRoot, "prisma/migrations");

type Engine = engineBindings.SchemaEngine;

let instantiated: Promise<void> | undefined;

// The package's own loader wants a bundler; Node instantiates the module by hand, and only once: the
// bindings keep views on the memory of the instance that they were given.
async function instantiate(): Promise<void> {
  const require = createRequire(import.meta.url);
  const directory = path.dirname(require.resolve("@prisma/schema-engine-wasm"));
  const bytes = await readFile(path.join(directory, "schema_engine_bg.wasm"));
  const { instance } = await WebAssembly.instantiate(bytes, {
    "./schema_engine_bg.js": { ...engineBindings },
  });
  engineBindings.__wbg_set_wasm(instance.exports);
  const start = instance.exports.__wbindgen_start;
  if (typeof start === "function") start();
}

async function openEngine(connectionString: string): Promise<Engine> {
  instantiated ??= instantiate();
  await instantiated;
  return await engineBindings.SchemaEngine.new(
    { datamodels: [[schemaFile, await readFile(schemaFile, "utf8")]] },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(new PrismaPg({ connectionString }, { schema: "public" })),
  );
}

async function migrationDirectories() {
  const entries = await readdir(migrationsDirectory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return await Promise.all(
    names.sort().map(async (name) => ({
      path: name,
      migrationFile: {
        path: "migration.sql",
        content: {
          tag: "ok" as const,
          value: await readFile(path.join(migrationsDirectory, name, "migration.sql"), "utf8"),
        },
      },
    })),
  );
}

/**
 * Brings the database at `connectionString` to the newest schema, as `prisma migrate deploy` would,
 * and records it in Prisma's own table. Gives the names of the migrations that it applied.
 */
export async function migrate(connectionString: string): Promise<string[]> {
  const engine = await openEngine(connectionString);
  try {
    const { appliedMigrationNames } = await engine.applyMigrations({
      migrationsList: {
        baseDir: migrationsDirectory,
        lockfile: {
          path: "migration_lock.toml",
          content: await readFile(path.join(migrationsDirectory, "migration_lock.toml"), "utf8"),
        },
        shadowDbInitScript: "",
        migrationDirectories: await migrationDirectories(),
      },
      filters,
    });
    return appliedMigrationNames;
  } finally {
    engine.free();
  }
}
