import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { repositoryRoot } from "#lib/config.ts";

const node = path.join(repositoryRoot, "node_modules/node/bin/node");

/** A whole Colophon of its own: data folder, database and ports; what `npm start` runs. */
export interface RunningSystem {
  url: string;
  gatewayUrl: string;
  dataDirectory: string;
  /** The supervisor's number. */
  pid: number;
  /** What it printed so far. */
  output: () => string;
  administrator: { email: string; password: string };
  /** Runs a CLI command against it; gives its exit code, stdout and stderr. */
  cli: (args: string[]) => Promise<{ code: number; stdout: string; stderr: string }>;
  /** Makes an administrator's API token. */
  token: () => Promise<string>;
  /** SIGTERM, then waits for its end; gives the exit code. Removes the data folder unless told to keep it. */
  stop: (options?: { keepData?: boolean }) => Promise<number>;
}

/** A port of loopback that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

function waitForWelcome(child: ChildProcess, output: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = () => {
      if (/Ctrl-C stops it/.test(output())) resolve();
    };
    child.stderr?.on("data", look);
    child.once("exit", (code) => reject(new Error(`It ended with ${code}.\n${output()}`)));
  });
}

/** Starts a whole system with the given environment on top of free ports and a fresh data folder. */
export async function startSystem(
  env: Record<string, string> = {},
  existingData?: string,
): Promise<RunningSystem> {
  const dataDirectory = existingData ?? (await mkdtemp(path.join(tmpdir(), "colophon-system-")));
  await chmod(dataDirectory, 0o711);
  const port = await freePort();
  const gatewayPort = await freePort();
  const url = `http://localhost:${port}`;
  const environment = {
    ...process.env,
    COLOPHON_DATA: dataDirectory,
    PORT: String(port),
    GATEWAY_PORT: String(gatewayPort),
    COLOPHON_URL: url,
    DATABASE_URL: "",
    COLOPHON_LOG_LEVEL: "info",
    ...env,
  };
  const child = spawn(node, [path.join(repositoryRoot, "bin/start.ts")], {
    cwd: repositoryRoot,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  const hear = (chunk: Buffer) => {
    text = (text + chunk.toString("utf8")).slice(-400_000);
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  await waitForWelcome(child, () => text);
  const signIn = /signs in as (\S+) with the password\s+(\S+)/.exec(text);

  const cli: RunningSystem["cli"] = async (args) => {
    try {
      const entry = path.join(repositoryRoot, "bin/colophon.ts");
      const { stdout, stderr } = await promisify(execFile)(node, [entry, ...args], {
        env: environment,
        maxBuffer: 64 * 1024 * 1024,
      });
      return { code: 0, stdout, stderr };
    } catch (error) {
      if (!(error instanceof Error && "stdout" in error && "stderr" in error)) throw error;
      const code = "code" in error ? Number(error.code) : 1;
      return { code, stdout: String(error.stdout), stderr: String(error.stderr) };
    }
  };
  return {
    url,
    gatewayUrl: `http://localhost:${gatewayPort}`,
    dataDirectory,
    pid: child.pid ?? 0,
    output: () => text,
    administrator: { email: signIn?.[1] ?? "", password: signIn?.[2] ?? "" },
    cli,
    token: async () => {
      const { stdout } = await cli(["token", "create", "--name", "test", "--json"]);
      return JSON.parse(stdout).token;
    },
    stop: async ({ keepData = false } = {}) => {
      const exited =
        child.exitCode === null ? once(child, "exit") : Promise.resolve([child.exitCode]);
      child.kill("SIGTERM");
      const [code] = await exited;
      if (!keepData) await rm(dataDirectory, { recursive: true, force: true });
      return Number(code);
    },
  };
}

async function readProcess(pid: string, file: "stat" | "cmdline"): Promise<string> {
  try {
    return await readFile(`/proc/${pid}/${file}`, "utf8");
  } catch (error) {
    // It ended between the listing and the look.
    if (error instanceof Error && "code" in error) return "";
    throw error;
  }
}

/** The processes whose parent is `pid`: worker, gateway, portal, postgres → their numbers. */
export async function childrenOf(pid: number): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const entry of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const stat = await readProcess(entry, "stat");
    const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    if (parent !== pid) continue;
    const command = await readProcess(entry, "cmdline");
    const ours = /bin\/(\w+)\.ts/.exec(command)?.[1];
    const name = ours ?? (command.includes("postgres") ? "postgres" : undefined);
    if (name) found.set(name, Number(entry));
  }
  return found;
}

/** Waits until every paper of the gallery has its image; fails with the builds' reasons. */
export async function imagesBuilt(system: RunningSystem, papers: number): Promise<void> {
  const deadline = Date.now() + 15 * 60_000;
  for (;;) {
    const response = await fetch(`${system.url}/api/publications`, {
      signal: AbortSignal.timeout(30_000),
    });
    const { items } = (await response.json()) as { items: { title: string; image: string }[] };
    const failed = items.find(({ image }) => image === "failed");
    if (failed) throw new Error(`The image of "${failed.title}" could not be built.`);
    if (items.length >= papers && items.every(({ image }) => image === "built")) return;
    if (Date.now() > deadline) throw new Error(`Still not built: ${JSON.stringify(items)}`);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

/** The mounts of this machine below a folder. */
export async function mountsBelow(directory: string): Promise<string[]> {
  const table = await readFile("/proc/self/mountinfo", "utf8");
  return table
    .split("\n")
    .map((line) => line.split(" ")[4] ?? "")
    .filter((mount) => mount.startsWith(directory));
}
