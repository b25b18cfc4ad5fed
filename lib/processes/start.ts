import { mkdir } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { ensureBase } from "#builder/index.ts";
import { ensureAdministrator } from "#lib/accounts/index.ts";
import { type Config, config, repositoryRoot } from "#lib/config.ts";
import { closeDatabase } from "#lib/db/index.ts";
import { docker } from "#lib/docker.ts";
import { messageOf } from "#lib/errors.ts";
import { closeEvents } from "#lib/events/index.ts";
import { closeQueue } from "#lib/jobs/index.ts";
import { endAllSessions } from "#lib/sessions/index.ts";
import { buildPortal, ensureEngine, ensureGit, migrate, step, takeLock } from "#lib/setup/index.ts";
import { publishExamples } from "./examples.ts";
import { preparePostgres } from "./postgres.ts";
import { Supervisor } from "./supervisor.ts";

const say = (line: string) => process.stderr.write(`${line}\n`);

interface Undo {
  what: string;
  work: () => Promise<void>;
}

/** What must be undone at the end, last done first; each part is tried whatever became of the others. */
class Ending {
  readonly #undos: Undo[] = [];
  #running: Promise<void> | undefined;

  add(what: string, work: () => Promise<void>): void {
    this.#undos.push({ what, work });
  }

  run(): Promise<void> {
    this.#running ??= this.#run();
    return this.#running;
  }

  async #run(): Promise<void> {
    for (const { what, work } of this.#undos.reverse()) {
      try {
        await work();
      } catch (error) {
        say(`  ✗ ${what}: ${messageOf(error)}`);
      }
    }
  }
}

async function refuseBusyPort(port: number, bind: string, name: string): Promise<void> {
  // Right after an unclean stop the old process may still be letting go.
  const deadline = Date.now() + 8_000;
  for (;;) {
    const free = await new Promise<boolean>((resolve) => {
      const server = createServer();
      server.once("error", () => resolve(false));
      server.listen(port, bind, () => server.close(() => resolve(true)));
    });
    if (free) return;
    if (Date.now() > deadline) {
      throw new Error(`Port ${port} is taken. Free it, or choose another with ${name}.`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function waitForHealth(url: string, stopped: AbortSignal): Promise<void> {
  const deadline = Date.now() + 90_000;
  let last = "nothing answers";
  while (Date.now() < deadline && !stopped.aborted) {
    try {
      const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(5_000) });
      last = (await response.text()).slice(0, 500);
      if (response.ok) return;
    } catch (error) {
      last = messageOf(error);
    }
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  stopped.throwIfAborted();
  throw new Error(`The portal does not get healthy: ${last}`);
}

async function bringUp(c: Config, ending: Ending, stopped: AbortSignal): Promise<void> {
  await mkdir(c.dataDirectory, { recursive: true, mode: 0o711 });
  const lock = await takeLock(path.join(c.dataDirectory, "supervisor.lock"));
  if ("heldBy" in lock) {
    throw new Error(
      `Colophon already runs on ${c.dataDirectory} (process ${lock.heldBy}). Stop it first, or set COLOPHON_DATA, PORT and GATEWAY_PORT for a second one.`,
    );
  }
  ending.add("lock", lock.release);
  await refuseBusyPort(c.port, c.bind, "PORT");
  await refuseBusyPort(c.gatewayPort, c.bind, "GATEWAY_PORT");

  const supervisor = new Supervisor();
  const databaseUrl = await step("Database", async () => {
    if (c.databaseUrl) return c.databaseUrl;
    const postgres = await preparePostgres(c.dataDirectory, c.postgresPort);
    ending.add("PostgreSQL", () => supervisor.stopPostgres());
    await supervisor.startPostgres(postgres);
    return postgres.url;
  });
  stopped.throwIfAborted();
  await step("Migrations", () => migrate(databaseUrl));
  const release = await step("Docker engine", ensureEngine);
  ending.add("Docker engine", release);
  await step("Git", ensureGit);
  stopped.throwIfAborted();

  ending.add("connections", async () => {
    await closeQueue();
    await closeEvents();
    await closeDatabase();
  });
  await Promise.all([
    step("Portal's production build", (note) => buildPortal(note, stopped)),
    step("Base image", (note) =>
      ensureBase({
        docker: docker(),
        suite: "bookworm",
        signal: stopped,
        onEvent: (event) => note(event.type === "phase" ? event.message : ""),
        ...(c.caBundle ? { caBundle: c.caBundle } : {}),
      }),
    ),
  ]);
  stopped.throwIfAborted();

  ending.add("sessions", () => endAllSessions("shutdown"));
  ending.add("processes", () => supervisor.stopOurs());
  supervisor.startOurs(databaseUrl);
  await step("Portal, gateway and worker", () =>
    waitForHealth(`http://${c.bind === "0.0.0.0" ? "127.0.0.1" : c.bind}:${c.port}`, stopped),
  );
}

async function welcome(c: Config): Promise<void> {
  const administrator = await ensureAdministrator();
  say("");
  say(`  Colophon is at ${c.url}`);
  if (administrator) {
    say(`  The first administrator signs in as ${administrator.email} with the password`);
    say(`  ${administrator.password} (shown this once).`);
  }
  say("  Ctrl-C stops it.\n");
}

/** Sets everything up, runs Colophon until SIGTERM or Ctrl-C, and leaves nothing running. Gives the exit code. */
export async function startColophon(): Promise<number> {
  const c = config();
  const ending = new Ending();
  const stop = new AbortController();
  const told = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => {
        if (!stop.signal.aborted) say("\n  Stopping …");
        stop.abort(new Error("stopped"));
        resolve();
      });
    }
  });
  say(`Colophon, from ${repositoryRoot}`);
  try {
    await bringUp(c, ending, stop.signal);
    await welcome(c);
    if (c.examples) {
      const publishing = publishExamples(stop.signal).catch((error: unknown) => {
        if (!stop.signal.aborted) say(`  ✗ Examples: ${messageOf(error)}`);
      });
      await Promise.race([publishing, told]);
    }
    await told;
    return 0;
  } catch (error) {
    if (stop.signal.aborted) return 130;
    say(`\n${messageOf(error)}`);
    return 1;
  } finally {
    await ending.run();
    say("  Stopped.");
  }
}
