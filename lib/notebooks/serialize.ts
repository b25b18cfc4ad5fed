import { isJsonType } from "./check-output.ts";
import type { Cell, Notebook, Output } from "./types.ts";

/**
 * Writes a notebook the way Jupyter does, so that a diff shows what changed and nothing else: keys in alphabetical order, one
 * space of indent, text split into lines, a newline at the end.
 */
export function serializeNotebook(notebook: Notebook): string {
  const document = {
    cells: notebook.cells.map((cell) => cellDocument(cell, notebook.nbformat_minor)),
    metadata: notebook.metadata,
    nbformat: notebook.nbformat,
    nbformat_minor: notebook.nbformat_minor,
  };
  return `${JSON.stringify(sorted(document), null, 1)}\n`;
}

function cellDocument(cell: Cell, minor: number): Record<string, unknown> {
  const { id, ...rest } = cell;
  // Cells have had an id since nbformat 4.5; before, the key was not allowed.
  const document: Record<string, unknown> = minor >= 5 ? { id, ...rest } : { ...rest };
  document.source = lines(cell.source);
  if (cell.cell_type === "code") document.outputs = cell.outputs.map(outputDocument);
  return document;
}

function outputDocument(output: Output): Record<string, unknown> {
  switch (output.output_type) {
    case "stream":
      return { ...output, text: lines(output.text) };
    case "error":
      return output;
    default:
      return { ...output, data: splitBundle(output.data) };
  }
}

function splitBundle(data: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(data).map(([type, content]) => [
      type,
      typeof content === "string" && isSplit(type) ? lines(content) : content,
    ]),
  );
}

/** Jupyter splits text and SVG; base64 stays in one piece, JSON is JSON. */
function isSplit(type: string): boolean {
  if (isJsonType(type)) return false;
  return type.startsWith("text/") || type === "image/svg+xml" || type === "application/javascript";
}

/** Text as its lines with their ends. */
function lines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+/g) ?? [];
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([key, child]) => [key, sorted(child)]));
}
