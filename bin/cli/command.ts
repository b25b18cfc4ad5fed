import { type ParseArgsOptionsConfig, parseArgs } from "node:util";

/** What a command writes to and is stopped by; tests pass their own. */
export interface Streams {
  /** Results. */
  out: (text: string) => void;
  /** Progress and mistakes. */
  err: (text: string) => void;
  /** Whether progress may rewrite its line. */
  isTerminal: boolean;
  signal: AbortSignal;
}

/** One command of the command line. `run` gives the exit code: 0 ok, 1 it failed, 2 bad usage. */
export interface Command {
  /** Shown by --help and after bad usage. */
  usage: string;
  run: (argv: string[], streams: Streams) => Promise<number>;
}

/** The command was called wrongly: exit code 2, with the usage. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}

/** The thing itself failed: exit code 1, with what to do. */
export class CommandError extends Error {
  readonly hint: string | undefined;
  /** The portal's stable code, where it was the portal that refused. */
  readonly code: string | undefined;

  constructor(message: string, extra: { hint?: string; code?: string; cause?: unknown } = {}) {
    super(message, { cause: extra.cause });
    this.name = "CommandError";
    this.hint = extra.hint;
    this.code = extra.code;
  }
}

/** Reads a command's arguments. Throws UsageError for unknown options and for too few or many words. */
export function readArguments<O extends ParseArgsOptionsConfig>(
  argv: string[],
  options: O,
  words: readonly string[],
) {
  try {
    const read = parseArgs({ args: argv, options, allowPositionals: true, strict: true });
    if (read.positionals.length > words.length) {
      throw new UsageError(`"${read.positionals[words.length]}" is one word too many.`);
    }
    const missing = words[read.positionals.length];
    if (missing) throw new UsageError(`${missing} is missing.`);
    return read;
  } catch (error) {
    if (error instanceof TypeError && "code" in error) {
      throw new UsageError(error.message.split(". ")[0] ?? error.message);
    }
    throw error;
  }
}
