import pino from "pino";
import { config } from "#lib/config.ts";

export type Logger = pino.Logger;

const redacted = [
  "token",
  "*.token",
  "authorization",
  "*.authorization",
  "cookie",
  "*.cookie",
  "password",
  "*.password",
];

// What the paths above do not reach: names at any depth of a finished line, and queries of addresses in its texts.
const named = /"([^"]*(?:token|secret|password|authorization|cookie))":"(?:[^"\\]|\\.)*"/gi;
const asked = /([?&](?:[\w-]*token|code|password)=)[^&\s"'\\#]+/gi;

function withoutSecrets(line: string): string {
  return line.replace(named, '"$1":"[redacted]"').replace(asked, "$1[redacted]");
}

const made = new Map<string, Logger>();

/**
 * A logger for one part of one process: JSON lines on stdout. Secrets are redacted by name, and in queries; callers
 * still never put a URL's query into a message, because tokens live there.
 */
export function logger(name: string): Logger {
  const level = config().logLevel;
  const known = made.get(name);
  if (known?.level === level) return known;
  const fresh = make(name, level);
  made.set(name, fresh);
  return fresh;
}

function make(name: string, level: string): Logger {
  return pino({
    name,
    level,
    base: { name },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: redacted, censor: "[redacted]" },
    hooks: { streamWrite: withoutSecrets },
  });
}

/** Milliseconds as a log shows them: to a tenth. */
export function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
