import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { mkdir, stat, symlink, writeFile } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, connect, createServer } from "node:net";
import path from "node:path";

const identity = [
  "-c",
  "user.name=Ada",
  "-c",
  "user.email=ada@example.org",
  "-c",
  "init.defaultBranch=main",
  "-c",
  "commit.gpgSign=false",
];

/** Runs git in a folder of a test. */
export function gitIn(directory: string, ...args: string[]): string {
  return execFileSync("git", [...identity, "-C", directory, ...args], {
    env: {
      PATH: process.env.PATH ?? "",
      GIT_CONFIG_NOSYSTEM: "1",
      HOME: directory,
      GIT_AUTHOR_DATE: "2024-05-06T07:08:09Z",
      GIT_COMMITTER_DATE: "2024-05-06T07:08:09Z",
      NODE_ENV: "test",
    },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();
}

/** A repository with files, commits and links to try; gives the commits by their message. */
export async function makeRepository(
  directory: string,
  commits: { message: string; files: Record<string, string>; links?: Record<string, string> }[],
): Promise<Record<string, string>> {
  await mkdir(directory, { recursive: true });
  gitIn(directory, "init", "--quiet");
  const made: Record<string, string> = {};
  for (const { message, files, links = {} } of commits) {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(path.join(directory, path.dirname(name)), { recursive: true });
      await writeFile(path.join(directory, name), content);
    }
    for (const [name, target] of Object.entries(links))
      await symlink(target, path.join(directory, name));
    gitIn(directory, "add", "-A");
    gitIn(directory, "commit", "--quiet", "-m", message);
    made[message] = gitIn(directory, "rev-parse", "HEAD");
  }
  gitIn(directory, "update-server-info");
  return made;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The real git server over a folder of repositories, on loopback. */
export async function gitDaemon(base: string): Promise<{ port: number; close(): Promise<void> }> {
  const port = await freePort();
  // In the foreground and as one process group: the child that serves must go with it.
  const daemon = spawn(
    "git",
    [
      "daemon",
      "--export-all",
      `--base-path=${base}`,
      "--listen=127.0.0.1",
      `--port=${port}`,
      "--reuseaddr",
      base,
    ],
    { detached: true, stdio: "ignore" },
  );
  const answers = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1");
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
  while (!(await answers())) await new Promise((resolve) => setImmediate(resolve));
  return {
    port,
    async close() {
      const gone = once(daemon, "exit");
      process.kill(-(daemon.pid ?? 0), "SIGKILL");
      await gone;
    },
  };
}

/** A plain web server over a folder: git's "dumb" protocol. `redirect` answers those paths with another address. */
export async function webServer(
  base: string,
  redirect: Record<string, string> = {},
): Promise<{ port: number; paths: string[]; close(): Promise<void> }> {
  const paths: string[] = [];
  const server = createHttpServer(async (request, response) => {
    const place = new URL(request.url ?? "", "http://x").pathname;
    paths.push(place);
    for (const [from, to] of Object.entries(redirect)) {
      if (place.startsWith(from))
        return response.writeHead(301, { location: to + place.slice(from.length) }).end();
    }
    const file = path.join(base, place);
    const found = await stat(file).catch(() => null);
    if (!found?.isFile()) return response.writeHead(404).end();
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    paths,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
