import { readFileSync } from "node:fs";
import { link, rm, writeFile } from "node:fs/promises";
import { isEnoent } from "#lib/errors.ts";

/** Names a process for good: its number may be given to another one later, its start time not. */
function identityOf(pid: number): string | undefined {
  try {
    // Field 22 of proc(5)'s stat, counted behind the command's closing parenthesis.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const started = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    return `${pid} ${started}`;
  } catch (error) {
    if (isEnoent(error)) return undefined;
    throw error;
  }
}

/**
 * Takes `file` as a lock for this process's lifetime. A lock whose process is gone is taken over.
 * Gives the function that releases it, or the number of the living process that holds it.
 */
export async function takeLock(
  file: string,
): Promise<{ release: () => Promise<void> } | { heldBy: number }> {
  const mine = identityOf(process.pid) ?? String(process.pid);
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, mine);
  try {
    for (;;) {
      try {
        await link(draft, file);
        return { release: () => rm(file, { force: true }) };
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      }
      const holder = readHolder(file);
      const pid = Number(holder?.split(" ")[0]);
      if (holder && identityOf(pid) === holder) return { heldBy: pid };
      await rm(file, { force: true });
    }
  } finally {
    await rm(draft, { force: true });
  }
}

function readHolder(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (isEnoent(error)) return undefined;
    throw error;
  }
}
