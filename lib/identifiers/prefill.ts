import type { Finding, VersionMetadata } from "#lib/archive/index.ts";
import { fieldOfScience } from "./field.ts";
import { fromCitationCff } from "./prefill-cff.ts";
import { fromCodemeta } from "./prefill-codemeta.ts";
import { fromNotebook, mainNotebookFirst } from "./prefill-notebook.ts";
import { fromLicense, fromReadme } from "./prefill-prose.ts";
import { fromZenodo } from "./prefill-zenodo.ts";

/** A file of the bundle. `read` gives its text; `size` in bytes, where known, spares reading what is too large. */
export interface PrefillFile {
  path: string;
  read(): Promise<string>;
  size?: number;
}

export interface Prefilled {
  /** What could be found; the title is always there. */
  metadata: Partial<VersionMetadata> & { title: string };
  /** What is wrong in the files that were read. */
  findings: Finding[];
  /** Which file each field comes from. */
  sources: Partial<Record<keyof VersionMetadata, string>>;
}

/** What one file says: cleaned to the bounds of VersionMetadata. */
export interface Said {
  metadata: Partial<VersionMetadata>;
  findings: Finding[];
}

type Reader = (text: string, path: string) => Said;

/** Of one file: a list of a thousand wrong ORCID iDs helps nobody. */
const maxFindings = 20;
const maxBytes = 1024 ** 2;
const maxNotebookBytes = 50 * 1024 ** 2;

/**
 * The metadata that an author already wrote, each field from the most trusted file that has it: .zenodo.json, CITATION.cff,
 * codemeta.json, the main notebook, the README, the LICENSE. Broken files become findings with file and place; never throws for
 * what is in a file.
 */
export async function prefillMetadata(
  files: PrefillFile[],
  fallbackTitle: string,
): Promise<Prefilled> {
  const metadata: Partial<VersionMetadata> = {};
  const findings: Finding[] = [];
  const sources: Prefilled["sources"] = {};
  for (const { file, reader, limit } of readers(files)) {
    if ((file.size ?? 0) > limit) {
      findings.push(tooLarge(file.path));
      continue;
    }
    const text = await file.read();
    if (text.length > limit) {
      findings.push(tooLarge(file.path));
      continue;
    }
    const said = reader(text, file.path);
    findings.push(...said.findings.slice(0, maxFindings));
    for (const key of Object.keys(said.metadata)) {
      take(key as keyof VersionMetadata, said.metadata, metadata, () => file.path, sources);
    }
  }
  if (metadata.field === undefined && metadata.keywords) {
    const field = fieldOfScience(metadata.keywords);
    if (field) {
      metadata.field = field;
      sources.field = sources.keywords;
    }
  }
  const title = metadata.title ?? (fallbackTitle.trim().slice(0, 500) || "Untitled");
  return { metadata: { ...metadata, title }, findings, sources };
}

/** Copies a field that says something and that no more trusted file has said. */
function take<Key extends keyof VersionMetadata>(
  key: Key,
  from: Partial<VersionMetadata>,
  to: Partial<VersionMetadata>,
  path: () => string,
  sources: Prefilled["sources"],
): void {
  const value = from[key];
  if (value === undefined || value === null || value.length === 0 || to[key] !== undefined) return;
  to[key] = value;
  sources[key] = path();
}

/** The files worth reading, the most trusted first. Only those at the bundle's root speak for the whole of it. */
function* readers(
  files: PrefillFile[],
): Generator<{ file: PrefillFile; reader: Reader; limit: number }> {
  const root = new Map<string, PrefillFile>();
  for (const file of files) {
    const name = file.path.toLowerCase();
    if (!name.includes("/") && !root.has(name)) root.set(name, file);
  }
  const named: [Reader, RegExp][] = [
    [fromZenodo, /^\.zenodo\.json$/],
    [fromCitationCff, /^citation\.cff$/],
    [fromCodemeta, /^codemeta\.json$/],
  ];
  const prose: [Reader, RegExp][] = [
    [fromReadme, /^readme(?:\.(?:md|markdown|rst|txt))?$/],
    [fromLicense, /^(?:licen[sc]e|copying|unlicense)(?:[.-][\w.-]+)?$/],
  ];
  const matching = function* (list: [Reader, RegExp][]) {
    for (const [reader, pattern] of list) {
      for (const [name, file] of root) {
        if (pattern.test(name)) yield { file, reader, limit: maxBytes };
      }
    }
  };
  yield* matching(named);
  const [notebook] = mainNotebookFirst(files);
  if (notebook) yield { file: notebook, reader: fromNotebook, limit: maxNotebookBytes };
  yield* matching(prose);
}

function tooLarge(path: string): Finding {
  return {
    severity: "warning",
    code: "metadata_too_large",
    message: "It is too large to be read for metadata.",
    path,
  };
}
