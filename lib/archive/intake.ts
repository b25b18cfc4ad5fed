import { config } from "#lib/config.ts";
import { tooLarge } from "./hash-to-file.ts";
import { fileLinks, linkTarget } from "./links.ts";
import { mediaTypeOf } from "./media-types.ts";
import { canonicalPath, duplicate, isLitter, PathSet, portability } from "./paths.ts";
import { device, empty, tooManyEntries } from "./refusals.ts";
import type { Stage } from "./stage.ts";
import type { FileView, Finding } from "./types.ts";

/** What a bundle may bring. */
export interface IntakeLimits {
  maxBytes: number;
  maxEntries: number;
}

export interface IntakeFile {
  sha256: string;
  size: number;
  executable: boolean;
}

/** A bundle's files, accepted: everything is in the stage and nothing is visible yet. */
export interface Bundle {
  files: FileView[];
  /** What was left out or changed on the way. */
  notes: Finding[];
  /** The one folder that held everything, when it was taken away. */
  topFolder: string | null;
}

/**
 * Where the entries of every kind of source arrive, in their order, whatever reads them. It alone decides what may
 * enter: one set of rules for zip, tar, folder and repository.
 */
export interface Intake {
  limits: IntakeLimits;
  signal: AbortSignal | undefined;
  /** Counts an entry and gives its canonical path; null when it is litter, to be passed over. */
  admit(rawPath: string): string | null;
  addFile(
    path: string,
    source: AsyncIterable<Uint8Array>,
    executable: boolean,
  ): Promise<IntakeFile>;
  /** The same content under another name, as tar's hard links do. */
  addCopy(path: string, file: IntakeFile): void;
  addFolder(path: string): void;
  /** A symbolic link, resolved when all is known. */
  addLink(path: string, target: string): void;
  fileAt(path: string): IntakeFile | undefined;
  /** Bytes that may still come. */
  remaining(): number;
  note(finding: Finding): void;
  /** Resolves links, and takes one folder that holds everything away where asked. Throws `archive_empty`. */
  finish(options: { stripTop: boolean }): Bundle;
}

/** Opens the intake of one bundle into `stage`. */
export function openIntake(
  stage: Stage,
  signal?: AbortSignal,
  limits: IntakeLimits = { maxBytes: config().uploadMax, maxEntries: config().entriesMax },
): Intake {
  const taken = new PathSet();
  const files = new Map<string, IntakeFile>();
  const links = new Map<string, string>();
  const notes: Finding[] = [];
  const litter = new Set<string>();
  let entries = 0;
  let bytes = 0;

  const take = (path: string, file: IntakeFile) => {
    bytes += file.size;
    if (bytes > limits.maxBytes) throw tooLarge(limits.maxBytes);
    files.set(path, file);
  };

  return {
    limits,
    signal,
    admit(rawPath) {
      entries += 1;
      if (entries > limits.maxEntries) throw tooManyEntries(limits.maxEntries);
      const path = canonicalPath(rawPath);
      if (!isLitter(path)) return path;
      litter.add(path.split("/").find((segment) => isLitter(segment)) ?? path);
      return null;
    },
    async addFile(path, source, executable) {
      if (path === "") throw device("/");
      taken.addFile(path);
      const { sha256, size } = await stage.write(source, {
        maxBytes: limits.maxBytes - bytes,
        signal,
      });
      const file = { sha256, size, executable };
      take(path, file);
      return file;
    },
    addCopy(path, file) {
      taken.addFile(path);
      take(path, file);
    },
    addFolder(path) {
      if (path !== "") taken.addFolder(path);
    },
    addLink(path, target) {
      if (path === "") throw device("/");
      if (links.has(path)) throw duplicate(path);
      // Where it leads out is known now; where it leads to, when all is there.
      linkTarget(path, target);
      links.set(path, target);
    },
    fileAt: (path) => files.get(path),
    remaining: () => limits.maxBytes - bytes,
    note: (finding) => notes.push(finding),
    finish({ stripTop }) {
      for (const path of links.keys()) taken.assertFree(path);
      for (const copy of fileLinks(new Map(files), links, notes)) {
        entries += 1;
        if (entries > limits.maxEntries) throw tooManyEntries(limits.maxEntries);
        taken.addFile(copy.path);
        take(copy.path, copy.file);
      }
      if (files.size === 0) throw empty();
      for (const name of litter) {
        notes.push({ severity: "note", code: "litter_skipped", message: `${name} was left out.` });
      }
      const topFolder = stripTop ? commonFolder(files.keys()) : null;
      const cut = topFolder === null ? 0 : topFolder.length + 1;
      const listed = [...files].map(([path, file]) => view(path.slice(cut), file));
      listed.sort((a, b) => (a.path < b.path ? -1 : 1));
      for (const file of listed) {
        const finding = portability(file.path);
        if (finding && notes.length < 200) notes.push(finding);
      }
      return { files: listed, notes, topFolder };
    },
  };
}

function view(path: string, file: IntakeFile): FileView {
  return { path, ...file, mediaType: mediaTypeOf(path) };
}

/** The folder that every path begins with; null when there is none. */
export function commonFolder(paths: Iterable<string>): string | null {
  let common: string | null = null;
  for (const path of paths) {
    const slash = path.indexOf("/");
    if (slash < 0) return null;
    const folder = path.slice(0, slash);
    if (common !== null && common !== folder) return null;
    common = folder;
  }
  return common;
}
