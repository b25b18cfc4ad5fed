import { spawn } from "node:child_process";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import { childEnvironment, config } from "#lib/config.ts";
import { ColophonError, isEnoent } from "#lib/errors.ts";
import { tooLarge } from "./hash-to-file.ts";

const maxOutputBytes = 32 * 1024 * 1024;
const maxErrorBytes = 64 * 1024;
const watchIntervalMs = 500;

export interface GitRun {
  /** The repository that git works in. */
  directory: string;
  signal: AbortSignal;
  /** Further settings, `name=value`. */
  settings?: string[];
  env?: Record<string, string>;
  /** What the repository may grow to, in bytes. */
  maxBytes?: number;
}

/** git ended with another code than 0. What it said may name addresses, so it is not shown as it is. */
export class GitFailed extends Error {
  readonly stderr: string;
  constructor(stderr: string) {
    super("git failed");
    this.name = "GitFailed";
    this.stderr = stderr;
  }
}

// Nothing of the machine's or anybody's configuration, no helper, hook, prompt or transport but the one asked for.
const settings = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.askPass=",
  "credential.helper=",
  "gc.auto=0",
  "maintenance.auto=false",
  "protocol.file.allow=never",
  "protocol.ext.allow=never",
  "submodule.recurse=false",
  "fetch.recurseSubmodules=false",
  "http.followRedirects=false",
  "http.lowSpeedLimit=500",
  "http.lowSpeedTime=60",
  "advice.detachedHead=false",
];

function start(args: string[], run: GitRun) {
  const all = [...settings, ...(run.settings ?? [])].flatMap((setting) => ["-c", setting]);
  const { PATH = "/usr/bin:/bin" } = childEnvironment({});
  const { caBundle } = config();
  return spawn("git", [...all, "-C", run.directory, ...args], {
    signal: run.signal,
    killSignal: "SIGKILL",
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH,
      NODE_ENV: "production",
      HOME: run.directory,
      LC_ALL: "C",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_TERMINAL_PROMPT: "0",
      GIT_ASKPASS: "/bin/false",
      SSH_ASKPASS: "/bin/false",
      GIT_LFS_SKIP_SMUDGE: "1",
      GIT_ALLOW_PROTOCOL: "",
      ...(caBundle ? { GIT_SSL_CAINFO: caBundle } : {}),
      ...run.env,
    },
  });
}

/**
 * Runs git with these arguments, and hands its output to `read` as it comes. Throws GitFailed, `git_missing` (503),
 * `archive_too_large` (413) when the repository outgrows its bound.
 */
export async function streamGit<T>(
  args: string[],
  run: GitRun,
  read: (stdout: Readable) => Promise<T>,
): Promise<T> {
  const outgrown = new AbortController();
  const child = start(args, { ...run, signal: AbortSignal.any([run.signal, outgrown.signal]) });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  // Met again below; until then it must not count as unhandled.
  ended.catch(() => undefined);
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => {
    if (stderr.length < maxErrorBytes) stderr += chunk.toString("utf8");
  });
  const { maxBytes = Number.POSITIVE_INFINITY } = run;
  let unwatched: unknown;
  const watch = setInterval(() => {
    sizeOf(run.directory).then(
      (size) => size > maxBytes && outgrown.abort(),
      (error: unknown) => {
        unwatched = error;
        child.kill("SIGKILL");
      },
    );
  }, watchIntervalMs);
  try {
    const [result, code] = await Promise.all([read(child.stdout), ended]);
    if (code !== 0) throw new GitFailed(stderr);
    return result;
  } catch (error) {
    child.kill("SIGKILL");
    if (outgrown.signal.aborted) throw tooLarge(maxBytes);
    if (unwatched !== undefined) throw unwatched;
    run.signal.throwIfAborted();
    if (isEnoent(error)) {
      throw new ColophonError("git_missing", 503, "git is not installed on this server.", {
        hint: "Ask the operator to install it, or upload the files as a zip.",
      });
    }
    throw error;
  } finally {
    clearInterval(watch);
  }
}

/** Runs git and gives what it printed. */
export async function git(args: string[], run: GitRun): Promise<string> {
  return await streamGit(args, run, async (stdout) => {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of stdout as AsyncIterable<Buffer>) {
      size += chunk.byteLength;
      if (size > maxOutputBytes) throw tooLarge(maxOutputBytes);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString("utf8");
  });
}

async function sizeOf(directory: string): Promise<number> {
  let total = 0;
  const pending = [directory];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const entry of await readdir(next, { withFileTypes: true }).catch(goneIsEmpty)) {
      const full = path.join(next, entry.name);
      if (entry.isDirectory()) pending.push(full);
      else total += (await stat(full).catch(goneIsNothing)).size;
    }
  }
  return total;
}

// git renames and removes its temporary files while we count.
function goneIsEmpty(error: unknown): [] {
  if (isEnoent(error)) return [];
  throw error;
}

function goneIsNothing(error: unknown): { size: number } {
  if (isEnoent(error)) return { size: 0 };
  throw error;
}
