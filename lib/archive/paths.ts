import { ColophonError } from "#lib/errors.ts";
import type { Finding } from "./types.ts";

/** Bounds of a path inside a bundle: what ext4, tar and zip readers everywhere can hold. */
const maxSegmentBytes = 255;
const maxPathBytes = 1_000;
const maxDepth = 64;

// Control characters, and the bidirectional and line marks that make one name look like another.
const forbidden =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
  /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffd\ufffe\uffff]/;
const windowsDevice = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i;
const windowsCharacters = /[<>:"|?*]|[. ]$/;

function refuse(code: string, name: string, message: string, hint?: string): ColophonError {
  const extra = hint === undefined ? {} : { hint };
  return new ColophonError(code, 422, message, { ...extra, details: { name: printable(name) } });
}

function absolute(raw: string): ColophonError {
  return refuse(
    "archive_absolute_path",
    raw,
    `“${printable(raw)}” is an absolute path.`,
    "Make the archive from inside the folder, so that its paths are relative.",
  );
}

/** A name from a stranger as it may be shown: without control characters, bounded. */
export function printable(name: string): string {
  const cleaned = Array.from(name, (c) => (forbidden.test(c) ? "\ufffd" : c));
  return cleaned.length > 200 ? `${cleaned.slice(0, 200).join("")}…` : cleaned.join("");
}

/**
 * The canonical form of a path that an archive, a repository or a person gave: relative, forward slashes,
 * Unicode NFC, no "." or "..". "" for the root itself. Never a path outside the root: throws ColophonError
 * `archive_path_traversal`, `archive_absolute_path` or `path_not_allowed` (422).
 */
export function canonicalPath(raw: string): string {
  const shown = () => printable(raw);
  if (/^[/\\]/.test(raw) || /^[a-z]:[/\\]/i.test(raw)) throw absolute(raw);
  if (raw.split(/[/\\]/).includes("..")) {
    throw refuse("archive_path_traversal", raw, `“${shown()}” leads out of the bundle.`);
  }
  if (raw.includes("\\")) {
    throw refuse(
      "path_not_allowed",
      raw,
      `“${shown()}” contains a backslash.`,
      "Use forward slashes.",
    );
  }
  if (forbidden.test(raw) || !raw.isWellFormed()) {
    throw refuse(
      "path_not_allowed",
      raw,
      `“${shown()}” contains a character that a file name may not have.`,
      "Rename the file; names are UTF-8 without control characters.",
    );
  }
  const segments = raw
    .normalize("NFC")
    .split("/")
    .filter((segment) => segment !== "" && segment !== ".");
  for (const segment of segments) {
    if (Buffer.byteLength(segment) > maxSegmentBytes) {
      throw refuse("path_not_allowed", raw, `“${shown()}” has a name longer than 255 bytes.`);
    }
    // The names by which layered file systems say "deleted".
    if (segment.startsWith(".wh.")) {
      throw refuse("path_not_allowed", raw, `“${shown()}” is a reserved name.`);
    }
  }
  const path = segments.join("/");
  // "./C:/x" is one as well, once the dot is gone.
  if (/^[a-z]:\//i.test(path)) throw absolute(raw);
  if (Buffer.byteLength(path) > maxPathBytes || segments.length > maxDepth) {
    throw refuse("path_not_allowed", raw, `“${shown()}” is too long or too deep.`);
  }
  return path;
}

/** What a file manager or a version control system left behind, and nobody means to publish. */
export function isLitter(path: string): boolean {
  return path
    .split("/")
    .some((segment) => segment === ".git" || segment === "__MACOSX" || segment === ".DS_Store");
}

/** A warning when a file of this name cannot be written on Windows; null otherwise. */
export function portability(path: string): Finding | null {
  const segments = path.split("/");
  if (!segments.some((name) => windowsDevice.test(name) || windowsCharacters.test(name))) {
    return null;
  }
  return {
    severity: "warning",
    code: "path_not_portable",
    message: "This name cannot be written on Windows; readers there will miss the file.",
    path,
  };
}

/** The refusal of a path that is there already. */
export function duplicate(path: string): ColophonError {
  return refuse("archive_duplicate_path", path, `“${printable(path)}” is there twice.`);
}

function fold(path: string): string {
  return path.toUpperCase().toLowerCase().normalize("NFC");
}

/**
 * The paths taken so far. Refuses what could not be laid out as files on every disk: the same path twice,
 * a file where a folder is, names that differ only in case.
 */
export class PathSet {
  readonly #kinds = new Map<string, "file" | "folder">();
  readonly #folded = new Map<string, string>();

  /** Takes a file's path. Throws `archive_duplicate_path` or `archive_case_collision` (422). */
  addFile(path: string): void {
    this.addFolder(path.split("/").slice(0, -1).join("/"));
    this.#add(path, "file");
  }

  /** Throws `archive_duplicate_path` when the path is taken, be it as a file or as a folder. */
  assertFree(path: string): void {
    if (this.#kinds.has(path)) throw duplicate(path);
  }

  /** Takes a folder's path and those above it; the same folder may be named often. */
  addFolder(path: string): void {
    let end = path.length;
    const missing: string[] = [];
    while (end > 0) {
      const folder = path.slice(0, end);
      if (this.#kinds.get(folder) === "folder") break;
      missing.push(folder);
      end = folder.lastIndexOf("/");
    }
    for (const folder of missing.reverse()) this.#add(folder, "folder");
  }

  #add(path: string, kind: "file" | "folder"): void {
    this.assertFree(path);
    const folded = fold(path);
    const other = this.#folded.get(folded);
    if (other !== undefined) {
      throw refuse(
        "archive_case_collision",
        path,
        `“${other}” and “${path}” differ only in case.`,
        "Rename one of them: on Windows and macOS they would be the same file.",
      );
    }
    this.#kinds.set(path, kind);
    this.#folded.set(folded, path);
  }
}
