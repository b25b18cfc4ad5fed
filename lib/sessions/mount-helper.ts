import { type ChildProcessByStdio, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import type { Readable, Writable } from "node:stream";

// Forking a process of this one's size takes longer than mounting, and nothing else runs meanwhile: a small shell does
// it, which is started once. It reads a mark, the folder to be in and the words of a command, a line each, up to an empty
// line; it answers with what the command said, and then with the mark, which nobody else knows, and the exit code.
const script = `
while IFS= read -r mark && IFS= read -r cwd; do
  set --
  while IFS= read -r word && [ -n "$word" ]; do set -- "$@" "$word"; done
  (cd "$cwd" && exec "$@") </dev/null 2>&1
  printf '\\n%s %s\\n' "$mark" "$?"
done`;

const answersWithinMs = 20_000;

interface Job {
  mark: string;
  lines: string;
  what: string;
  resolve: () => void;
  reject: (error: Error) => void;
}

let shell: ChildProcessByStdio<Writable, Readable, null> | undefined;
let current: Job | undefined;
let output = "";
let timer: NodeJS.Timeout | undefined;
const waiting: Job[] = [];

/**
 * Runs `mount` or `umount`, one after the other in this process. `cwd`: where relative paths start. Throws an error with
 * what the command said, and for arguments that are empty or hold a line break.
 */
export async function runMount(words: string[], cwd = "/"): Promise<void> {
  const all = [cwd, ...words];
  const bad = all.find((word) => word === "" || word.includes("\n"));
  if (bad !== undefined)
    throw new Error("a path that cannot be mounted: it is empty or has a line break");
  const mark = randomUUID();
  const lines = `${[mark, ...all].join("\n")}\n\n`;
  await new Promise<void>((resolve, reject) => {
    waiting.push({ mark, lines, what: words.slice(0, 2).join(" "), resolve, reject });
    next();
  });
}

function next(): void {
  if (current) return;
  current = waiting.shift();
  if (!current) {
    hold(false);
    return;
  }
  output = "";
  shell ??= start();
  hold(true);
  timer = setTimeout(() => shell?.kill("SIGKILL"), answersWithinMs);
  shell.stdin.write(current.lines);
}

// It keeps this process from ending only while it works.
function hold(isBusy: boolean): void {
  for (const part of [shell, shell?.stdout]) {
    if (part === undefined || !("ref" in part) || typeof part.ref !== "function") continue;
    if (isBusy) part.ref();
    else if ("unref" in part && typeof part.unref === "function") part.unref();
  }
}

function start(): ChildProcessByStdio<Writable, Readable, null> {
  const child = spawn("/bin/sh", ["-c", script], { stdio: ["pipe", "pipe", "ignore"] });
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (text: string) => {
    output += text;
    const [said, code] = output.split(`\n${current?.mark} `);
    if (code?.endsWith("\n")) settle(Number(code), said ?? "");
  });
  // A broken pipe: its exit is heard too.
  child.stdin.on("error", () => child.kill("SIGKILL"));
  child.once("error", lost);
  child.once("exit", () => lost(new Error("it was ended")));
  return child;
}

function lost(error: Error): void {
  shell = undefined;
  const job = finish();
  job?.reject(new Error(`${job.what} was not carried out: ${error.message}`));
  next();
}

function settle(code: number, said: string): void {
  const job = finish();
  if (code === 0) job?.resolve();
  else job?.reject(new Error(`${job.what} failed with ${code}: ${said.trim()}`));
  next();
}

function finish(): Job | undefined {
  clearTimeout(timer);
  const job = current;
  current = undefined;
  return job;
}
