import { spawn } from "node:child_process";
import { existsSync, openSync, readFileSync } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { config } from "#lib/config.ts";
import { docker } from "#lib/docker.ts";
import { isEnoent, messageOf } from "#lib/errors.ts";
import { hasProgram, installPackages } from "./programs.ts";

// An engine that we started serves every Colophon on this machine and goes with the last of them.
const usersDirectory = "/run/colophon-engine/users";
const pidFile = "/run/colophon-engine/dockerd.pid";
const logFile = "/run/colophon-engine/dockerd.log";
const configFile = "/run/colophon-engine/daemon.json";

async function answers(): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), 3_000);
  });
  // Whatever the reason, nothing usable answers there; the caller says what to do about it.
  const ping = docker()
    .ping()
    .then(
      () => true,
      () => false,
    );
  try {
    return await Promise.race([ping, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

async function readPid(file: string): Promise<number | undefined> {
  try {
    return Number(readFileSync(file, "utf8").trim()) || undefined;
  } catch (error) {
    if (isEnoent(error)) return undefined;
    throw error;
  }
}

function isDebianLike(): boolean {
  if (!existsSync("/etc/os-release")) return false;
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync("/etc/os-release", "utf8"));
}

async function startDaemon(note: (text: string) => void): Promise<void> {
  // An unclean stop leaves pid files whose numbers may by now belong to somebody else.
  await dropStalePid("/var/run/docker.pid", "dockerd");
  await dropStalePid("/var/run/docker/containerd/containerd.pid", "containerd");
  const log = openSync(logFile, "a");
  const child = spawn("dockerd", await daemonArguments(), {
    detached: true,
    stdio: ["ignore", log, log],
  });
  child.unref();
  const failed = new Promise<never>((_, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`dockerd ended with code ${code}: ${tail()}`)));
  });
  const up = (async () => {
    const deadline = Date.now() + 60_000;
    while (!(await answers())) {
      if (Date.now() > deadline) throw new Error(`dockerd does not answer: ${tail()}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  note("starting dockerd");
  await Promise.race([up, failed]);
  child.removeAllListeners("exit");
  failed.catch((error: unknown) => note(messageOf(error)));
  await writeFile(pidFile, String(child.pid));
}

/** The operator's own configuration where there is one; else the build cache is kept from filling the disk. */
async function daemonArguments(): Promise<string[]> {
  if (existsSync("/etc/docker/daemon.json")) return [];
  const gc = { enabled: true, defaultKeepStorage: "10GB" };
  await writeFile(configFile, JSON.stringify({ builder: { gc } }));
  return ["--config-file", configFile];
}

async function dropStalePid(file: string, program: string): Promise<void> {
  const pid = await readPid(file);
  if (pid && !isProgram(pid, program)) await rm(file, { force: true });
}

/**
 * Whether that process is a running `program`. One that has ended and that nobody has waited for yet (state Z) is not:
 * containerd ends so with a killed dockerd, and the next dockerd would take it for alive. Source: proc_pid_stat(5).
 */
function isProgram(pid: number, program: string): boolean {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return false;
  const [, name, state] = /^\d+ \((.*)\) (\S)/s.exec(readFileSync(file, "utf8")) ?? [];
  return name === program && state !== "Z" && state !== "X";
}

function isDockerd(pid: number): boolean {
  return isProgram(pid, "dockerd");
}

function tail(): string {
  return existsSync(logFile) ? readFileSync(logFile, "utf8").split("\n").slice(-6).join("\n") : "";
}

/** The process number of the engine that runs because we started it; undefined where it is somebody else's. */
export async function ownEngine(): Promise<number | undefined> {
  const pid = await readPid(pidFile);
  return pid !== undefined && isDockerd(pid) ? pid : undefined;
}

/**
 * Sees to it that a Docker engine answers: the one at DOCKER_HOST or the default socket; else, as root on
 * Debian or Ubuntu, one that it installs and starts. Gives the function that lets go of it: an engine that
 * we started is stopped when nobody uses it any more.
 */
export async function ensureEngine(note: (text: string) => void): Promise<() => Promise<void>> {
  if (!(await answers())) {
    if (config().dockerHost) {
      throw new Error(`No Docker engine answers at DOCKER_HOST (${config().dockerHost}).`);
    }
    if (process.getuid?.() !== 0 || !isDebianLike()) {
      throw new Error(
        "No Docker engine answers. Install Docker (https://docs.docker.com/engine/install/), start it, and see that you may use it.",
      );
    }
    await mkdir(usersDirectory, { recursive: true });
    if (!hasProgram("dockerd")) {
      await installPackages(["docker.io", "iptables", "ca-certificates"], note);
    }
    // Where there is an init system, the package has started the service.
    if (!(await answers())) await startDaemon(note);
  }
  if ((await ownEngine()) === undefined) return async () => undefined;
  const mine = path.join(usersDirectory, String(process.pid));
  await mkdir(usersDirectory, { recursive: true });
  await writeFile(mine, "");
  return async () => {
    await rm(mine, { force: true });
    const users = (await readdir(usersDirectory)).map(Number);
    // It may have died and been started again meanwhile.
    const startedByUs = await ownEngine();
    if (startedByUs === undefined || users.some((pid) => isRunning(pid))) return;
    process.kill(startedByUs, "SIGTERM");
    const deadline = Date.now() + 30_000;
    while (isDockerd(startedByUs) && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await rm("/run/colophon-engine", { recursive: true, force: true });
  };
}
