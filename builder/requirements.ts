import { posix } from "node:path";
import { BuilderError } from "./error.ts";

/** What requirements files ask for, includes followed. */
export interface Requirements {
  /** Every file that was read, the first one first. */
  files: string[];
  /** Names of the packages, normalised (PEP 503). */
  names: Set<string>;
  /** Paths in the bundle that are installed from: `-e .`, `./pkg`, `wheels/x.whl`. */
  locals: string[];
  /** Something comes from a version control system. */
  usesVersionControl: boolean;
  warnings: string[];
}

const MAX_LINES = 5_000;
const MAX_FILES = 20;
const MAX_LINE = 20_000;
const NAMED =
  /^([A-Za-z0-9](?:[A-Za-z0-9._-]{0,200}[A-Za-z0-9])?)\s*(?:\[[A-Za-z0-9._,\s-]{0,500}\])?\s*(.*)$/;
const REST = /^(?:$|[=<>!~(@;])/;

/**
 * Reads a requirements file as pip and uv do: comments, continued lines, options, `-r` and `-c` includes, local paths.
 * `read` gives the text of another file of the bundle, or undefined where there is none.
 */
export async function parseRequirements(
  path: string,
  read: (path: string) => Promise<string | undefined>,
): Promise<Requirements> {
  const found: Requirements = {
    files: [],
    names: new Set(),
    locals: [],
    usesVersionControl: false,
    warnings: [],
  };
  const queue: { path: string; from?: { file: string; line: number }; constraint: boolean }[] = [
    { path, constraint: false },
  ];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (found.files.includes(next.path)) continue;
    const text = await read(next.path);
    const from = next.from;
    if (text === undefined) {
      throw invalid(
        from?.file ?? path,
        from?.line,
        `includes ${next.path}, which is not there`,
        "Add the file, or remove the line.",
      );
    }
    found.files.push(next.path);
    if (found.files.length > MAX_FILES) {
      throw invalid(
        next.path,
        undefined,
        `more than ${MAX_FILES} requirements files include one another`,
        "Merge them.",
      );
    }
    for (const { line, text: entry } of logicalLines(text, next.path)) {
      const include = parseEntry(entry, next.path, line, next.constraint, found);
      if (include !== undefined) {
        queue.push({ ...include, from: { file: next.path, line } });
      }
    }
  }
  return found;
}

/** Joins continued lines and drops comments; numbers are those of the first physical line. */
function logicalLines(text: string, file: string): { line: number; text: string }[] {
  const physical = text.split(/\r\n|\n|\r/);
  if (physical.length > MAX_LINES) {
    throw invalid(
      file,
      MAX_LINES,
      `has more than ${MAX_LINES} lines`,
      "List only what the notebooks need.",
    );
  }
  const joined: { line: number; text: string }[] = [];
  let open: { line: number; text: string } | undefined;
  for (const [index, raw] of physical.entries()) {
    const bare = raw.replace(/(^|\s)#.*$/, "");
    const continues = bare.endsWith("\\");
    const part = continues ? bare.slice(0, -1) : bare;
    open =
      open === undefined
        ? { line: index + 1, text: part }
        : { line: open.line, text: open.text + part };
    if (open.text.length > MAX_LINE) {
      throw invalid(file, open.line, `is longer than ${MAX_LINE} characters`, "Split the line.");
    }
    if (!continues) {
      if (open.text.trim() !== "") joined.push({ line: open.line, text: open.text.trim() });
      open = undefined;
    }
  }
  if (open !== undefined && open.text.trim() !== "")
    joined.push({ line: open.line, text: open.text.trim() });
  return joined;
}

function parseEntry(
  entry: string,
  file: string,
  line: number,
  constraint: boolean,
  found: Requirements,
): { path: string; constraint: boolean } | undefined {
  const include = /^(-r|--requirement|-c|--constraint)(?:\s*=\s*|\s+|(?=[^-\s=]))(\S+)$/.exec(
    entry,
  );
  if (include !== null) {
    const target = include[2] as string;
    if (/^[a-z]+:\/\//i.test(target)) {
      throw invalid(
        file,
        line,
        "includes a file from the network",
        "Put the file into the bundle: it could change.",
      );
    }
    return {
      path: insideBundle(posix.join(posix.dirname(file), target), file, line),
      constraint: constraint || (include[1] as string).includes("c"),
    };
  }
  const editable = /^(?:-e|--editable)(?:\s*=\s*|\s+)(.+)$/.exec(entry);
  if (editable !== null) {
    addTarget(editable[1] as string, file, line, found);
    return undefined;
  }
  if (entry.startsWith("-")) {
    addOption(entry, file, line, found);
    return undefined;
  }
  if (
    /^(?:\.{1,2}(?:[/[\s;]|$)|\/|file:|[a-z+]+:\/\/|git\+)/i.test(entry) ||
    /^[^\s;@=<>]+\/[^\s]*$/.test(entry) ||
    /^[^\s;@=<>]+\.(?:whl|tar\.gz|zip)$/.test(entry)
  ) {
    addTarget(entry, file, line, found);
    return undefined;
  }
  const named = NAMED.exec(entry);
  if (named === null || !REST.test((named[2] as string).trim())) {
    throw invalid(
      file,
      line,
      `"${entry.slice(0, 80)}" is not a requirement`,
      "Write for instance numpy==1.26.4.",
    );
  }
  if (!constraint) found.names.add(normaliseName(named[1] as string));
  const reference = /^@\s*(\S+)/.exec((named[2] as string).trim());
  if (reference !== null) addTarget(reference[1] as string, file, line, found);
  return undefined;
}

/** A path, an archive, or something from a version control system. */
function addTarget(target: string, file: string, line: number, found: Requirements): void {
  const bare = target.replace(/\s*;.*$/, "").trim();
  if (/^(?:git|hg|svn|bzr)\+/i.test(bare)) {
    if (!/^(?:git|hg)\+(?:https?|ssh|git):\/\//i.test(bare)) {
      throw invalid(file, line, `"${bare.slice(0, 80)}" cannot be fetched`, "Use git+https://….");
    }
    found.usesVersionControl = true;
    const egg = /[#&]egg=([A-Za-z0-9._-]{1,200})/.exec(bare);
    if (egg !== null) found.names.add(normaliseName(egg[1] as string));
    return;
  }
  if (/^https?:\/\//i.test(bare)) return;
  if (/^[a-z+]+:\/\//i.test(bare) && !/^file:/i.test(bare)) {
    throw invalid(
      file,
      line,
      `"${bare.slice(0, 80)}" cannot be fetched`,
      "Use an https:// address.",
    );
  }
  const path = bare.replace(/^file:(?:\/\/)?/i, "").replace(/\[[^\]]*\]$/, "");
  // pip resolves a local path from the working directory, which is the bundle's root.
  found.locals.push(insideBundle(path, file, line));
}

const HARMLESS =
  /^--?(?:i|index-url|extra-index-url|f|find-links|no-index|pre|prefer-binary|no-binary|only-binary|trusted-host|require-hashes|use-feature)\b/;

function addOption(entry: string, file: string, line: number, found: Requirements): void {
  if (!HARMLESS.test(entry)) {
    throw invalid(
      file,
      line,
      `the option "${entry.split(/[\s=]/)[0]?.slice(0, 40)}" is not supported`,
      "Remove the option.",
    );
  }
  if (/^(?:-i|--index-url|--extra-index-url|-f|--find-links)\b/.test(entry)) {
    found.warnings.push(
      `${file}, line ${line}: packages also come from another index, which may disappear.`,
    );
  }
}

function insideBundle(path: string, file: string, line: number): string {
  const clean = posix.normalize(path).replace(/\/+$/, "") || ".";
  if (clean.startsWith("/") || clean === ".." || clean.startsWith("../") || clean.includes("\0")) {
    throw invalid(
      file,
      line,
      `"${path.slice(0, 80)}" is outside of the bundle`,
      "Refer to files of the bundle by relative paths.",
    );
  }
  return clean;
}

/** A package's name as indexes compare it (PEP 503). */
export function normaliseName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, "-");
}

function invalid(file: string, line: number | undefined, what: string, hint: string): BuilderError {
  return new BuilderError(
    "invalid_environment_file",
    line === undefined ? `${file}: ${what}.` : `${file}, line ${line}: ${what}.`,
    hint,
    line === undefined ? { file } : { file, line },
  );
}
