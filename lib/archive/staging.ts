import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import { isEnoent } from "#lib/errors.ts";
import { makeFolder, stagingDirectory } from "./locations.ts";

/** Leftovers of processes on other hosts, whose life we cannot see, are swept when nothing was written for this long. */
const foreignAgeMs = 24 * 3600_000;

const host = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);

/** When a process started, so that a pid used again is not taken for the old one. "" where /proc is not. */
function startOf(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // Fields after the command, which may itself contain spaces and parentheses; the 22nd is the start time.
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch (error) {
    if (isEnoent(error)) return "";
    throw error;
  }
}

function isAlive(pid: number, started: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false;
  }
  return startOf(pid) === started;
}

/** Host, process, its start, a random part. */
const stagingName = /^[0-9a-f]{8}\.\d+\.\d*\.[0-9a-f]{16}$/;
const own = `${host}.${process.pid}.${startOf(process.pid)}`;

/** A fresh private folder for files on their way into `parent`, on its file system. Whoever asks for it removes it. */
export async function openStaging(parent = stagingDirectory()): Promise<string> {
  const directory = path.join(parent, `${own}.${randomBytes(8).toString("hex")}`);
  await makeFolder(directory);
  return directory;
}

async function lastWritten(directory: string): Promise<number> {
  const names = await readdir(directory);
  const times = await Promise.all(
    ["", ...names].map(async (name) => (await stat(path.join(directory, name))).mtimeMs),
  );
  return Math.max(...times);
}

async function isLeftover(parent: string, name: string, now: number): Promise<boolean> {
  const [madeBy, pid, started] = name.split(".");
  if (madeBy === host) return !isAlive(Number(pid), started ?? "");
  return now - (await lastWritten(path.join(parent, name))) > foreignAgeMs;
}

/** Removes what processes that died left half written. Gives how many folders. Safe beside running ingests. */
export async function sweepStaging(parent = stagingDirectory(), now = Date.now()): Promise<number> {
  let swept = 0;
  for (const name of await namesIn(parent)) {
    if (!stagingName.test(name)) continue;
    try {
      if (!(await isLeftover(parent, name, now))) continue;
      await rm(path.join(parent, name), { recursive: true, force: true });
      swept += 1;
    } catch (error) {
      // Its owner removed it while we looked.
      if (!isEnoent(error)) throw error;
    }
  }
  return swept;
}

/** The names in a folder; none when it is not there. */
export async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (isEnoent(error)) return [];
    throw error;
  }
}
