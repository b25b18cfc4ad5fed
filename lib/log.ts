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

/**
 * A logger for one part of one process: JSON lines on stdout. Secrets are redacted by name; callers
 * never put a URL's query into a message, because tokens live there.
 */
export function logger(name: string): Logger {
  return pino({
    name,
    level: config().logLevel,
    base: { name },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: redacted, censor: "[redacted]" },
  });
}

/** Milliseconds as a log shows them: to a tenth. */
export function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
