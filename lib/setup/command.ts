import { spawn } from "node:child_process";
import { childEnvironment } from "#lib/config.ts";

/**
 * Runs a program to its end and gives its output. Rejects with its last lines when it exits with another code
 * than 0. `note` hears every chunk. Arguments are an array: nothing passes through a shell.
 */
export async function command(
  program: string,
  args: string[],
  options: {
    note?: (text: string) => void;
    cwd?: string;
    env?: Record<string, string>;
    /** Ends the program with SIGTERM. */
    signal?: AbortSignal;
  } = {},
): Promise<string> {
  return await new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: childEnvironment(options.env ?? {}),
      stdio: ["ignore", "pipe", "pipe"],
      signal: options.signal,
    });
    let output = "";
    const hear = (chunk: Buffer) => {
      const text = chunk.toString("utf8");
      output = (output + text).slice(-20_000);
      options.note?.(text);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (code === 0) return resolve(output);
      const tail = output.trim().split("\n").slice(-12).join("\n");
      reject(new Error(`${program} ended with ${signal ?? `code ${code}`}.\n${tail}`));
    });
  });
}
