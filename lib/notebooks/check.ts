import { createHash } from "node:crypto";
import { checkOutput, mimeBundle } from "./check-output.ts";
import { isObject, type JsonObject } from "./json.ts";
import { array, count, Malformed, multiline, object, whole } from "./shape.ts";
import type { Cell, CellMetadata, Notebook } from "./types.ts";

export { Malformed } from "./shape.ts";

/** The newest nbformat 4 minor version that is known here. */
const newestMinor = 5;
/** More notes than this help nobody. */
const maxNotes = 20;

/**
 * Checks a parsed nbformat 4 document against the format's schema and gives it with joined lines and an id in every cell.
 * Appends to `notes` what had to be changed. Throws Malformed with the exact place.
 */
export function checkNotebook(
  raw: JsonObject,
  notes: string[],
  origin: "as it is" | "upgraded",
): Notebook {
  const minor = whole(raw.nbformat_minor, "nbformat_minor");
  if (minor > newestMinor) note(notes, `nbformat 4.${minor} is newer than 4.${newestMinor}.`);
  const metadata = object(raw.metadata, "metadata");
  checkMetadata(metadata, notes);
  const ids = new Set<string>();
  const added = { count: 0 };
  const cells = array(raw.cells, "cells").map((cell, index) =>
    checkCell(cell, index, minor, ids, added, notes),
  );
  if (added.count > 0 && minor >= 5 && origin === "as it is") {
    note(
      notes,
      added.count === 1
        ? "1 cell had no id; it was given one."
        : `${added.count} cells had no id; each was given one.`,
    );
  }
  noteUnknown(raw, ["nbformat", "nbformat_minor", "metadata", "cells"], "", notes);
  return { nbformat: 4, nbformat_minor: minor, metadata, cells };
}

/**
 * What pages rely on; everything else in the metadata is the author's business. A kernel or language without a name is dropped with
 * a note instead of refused: the cells can still be read.
 */
function checkMetadata(
  metadata: JsonObject,
  notes: string[],
): asserts metadata is Notebook["metadata"] {
  for (const key of ["kernelspec", "language_info"]) {
    const value = metadata[key];
    if (value === undefined) continue;
    if (!isObject(value) || typeof value.name !== "string") {
      note(notes, `metadata.${key}: it has no name; ignored.`);
      delete metadata[key];
      continue;
    }
    for (const part of ["display_name", "language", "version", "file_extension"]) {
      dropUnlessString(value, part);
    }
  }
  dropUnlessString(metadata, "title");
  if (metadata.authors !== undefined) {
    const list = Array.isArray(metadata.authors) ? metadata.authors : [];
    metadata.authors = list
      .map((author) => (typeof author === "string" ? { name: author } : author))
      .filter((author) => isObject(author) && typeof author.name === "string");
  }
}

function dropUnlessString(holder: JsonObject, key: string): void {
  if (holder[key] !== undefined && typeof holder[key] !== "string") delete holder[key];
}

function checkCell(
  value: unknown,
  index: number,
  minor: number,
  ids: Set<string>,
  added: { count: number },
  notes: string[],
): Cell {
  const place = `cells[${index}]`;
  const raw = object(value, place);
  const type = raw.cell_type;
  if (type !== "code" && type !== "markdown" && type !== "raw") {
    throw new Malformed(`${place}.cell_type`, "it must be code, markdown or raw");
  }
  const source = multiline(raw.source, `${place}.source`);
  const metadata = cellMetadata(raw.metadata, `${place}.metadata`);
  const id = cellId(raw.id, { index, minor, source, ids, added, notes });
  if (type === "code") {
    const outputs = array(raw.outputs, `${place}.outputs`).map((output, at) =>
      checkOutput(output, `${place}.outputs[${at}]`, notes),
    );
    const executionCount = count(raw.execution_count, `${place}.execution_count`);
    noteUnknown(raw, [...cellKeys, "outputs", "execution_count"], place, notes);
    return { cell_type: type, id, source, execution_count: executionCount, outputs, metadata };
  }
  noteUnknown(raw, [...cellKeys, "attachments"], place, notes);
  const cell: Cell = { cell_type: type, id, source, metadata };
  if (raw.attachments !== undefined) {
    cell.attachments = attachments(raw.attachments, `${place}.attachments`);
  }
  return cell;
}

const cellKeys = ["cell_type", "id", "source", "metadata"];

function cellMetadata(value: unknown, place: string): CellMetadata {
  const { tags, ...rest } = object(value, place);
  if (tags === undefined) return rest;
  const list = array(tags, `${place}.tags`);
  const wrong = list.findIndex((tag) => typeof tag !== "string");
  if (wrong !== -1) throw new Malformed(`${place}.tags[${wrong}]`, "it must be a string");
  return { ...rest, tags: list.filter((tag) => typeof tag === "string") };
}

function attachments(value: unknown, place: string): Record<string, Record<string, string>> {
  const found: [string, Record<string, string>][] = [];
  for (const [name, bundle] of Object.entries(object(value, place))) {
    const data = mimeBundle(bundle, `${place}[${JSON.stringify(name)}]`);
    const texts = Object.entries(data).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string",
    );
    found.push([name, Object.fromEntries(texts)]);
  }
  return Object.fromEntries(found);
}

interface Identifying {
  index: number;
  minor: number;
  source: string;
  ids: Set<string>;
  added: { count: number };
  notes: string[];
}

/**
 * The cell's own id, or a made one that is the same at every reading: links to cells must last. Before nbformat
 * 4.5 cells have no ids: one that stands there would be lost at the next writing, so it does not count.
 */
function cellId(value: unknown, { index, minor, source, ids, added, notes }: Identifying): string {
  if (minor < 5) {
    if (value !== undefined)
      note(notes, `cells[${index}]: ids came with nbformat 4.5; it is left out.`);
  } else if (typeof value === "string" && /^[A-Za-z0-9_-]{1,64}$/.test(value)) {
    if (!ids.has(value)) {
      ids.add(value);
      return value;
    }
    note(notes, `cells[${index}]: the id "${value}" was used before; it was replaced.`);
  } else if (value !== undefined) {
    note(notes, `cells[${index}]: the id is not a valid one; it was replaced.`);
  } else {
    added.count++;
  }
  for (let attempt = 0; ; attempt++) {
    const id = createHash("sha256")
      .update(`${index}\0${attempt}\0${source}`)
      .digest("hex")
      .slice(0, 12);
    if (ids.has(id)) continue;
    ids.add(id);
    return id;
  }
}

function noteUnknown(raw: JsonObject, known: string[], place: string, notes: string[]): void {
  const unknown = Object.keys(raw).filter((key) => !known.includes(key));
  if (unknown.length === 0) return;
  const names = unknown.slice(0, 5).map((key) => JSON.stringify(key.slice(0, 40)));
  note(notes, `${place || "The notebook"}: ${names.join(", ")} is no part of nbformat 4; ignored.`);
}

function note(notes: string[], text: string): void {
  if (notes.length < maxNotes) notes.push(text);
}
