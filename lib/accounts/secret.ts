import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { config } from "#lib/config.ts";
import { isEnoent } from "#lib/errors.ts";

function read(file: string): string | null {
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    if (isEnoent(error)) return null;
    throw error;
  }
}

/**
 * The key that signs login cookies: COLOPHON_SECRET, else one that is made at the first need and kept
 * in the data folder. Processes that start together agree: the first link wins, the others read it.
 */
export function secret(): string {
  const { secret: configured, dataDirectory } = config();
  if (configured) return configured;
  const file = path.join(dataDirectory, "secret");
  const kept = read(file);
  if (kept) return kept;
  mkdirSync(dataDirectory, { recursive: true });
  const made = randomBytes(32).toString("base64url");
  const temporary = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  writeFileSync(temporary, `${made}\n`, { mode: 0o600, flush: true });
  try {
    linkSync(temporary, file);
    return made;
  } catch (error) {
    const other = read(file);
    if (other) return other;
    throw error;
  } finally {
    unlinkSync(temporary);
  }
}
