import type { Output } from "#lib/notebooks/index.ts";

/** A cell of a notebook file as Jupyter's contents API gives it: everything is kept, known or not. */
export interface RawCell {
  cell_type: string;
  id?: string;
  source: string;
  metadata: Record<string, unknown>;
  outputs?: Output[];
  execution_count?: number | null;
  [key: string]: unknown;
}

/** A notebook file, likewise. */
export interface RawNotebook {
  cells: RawCell[];
  metadata: Record<string, unknown>;
  nbformat: number;
  nbformat_minor: number;
}

/** A code cell of the page. */
export interface PageCell {
  /** What it is called in the page. */
  key: string;
  /** Its place in the published notebook, among all cells. */
  index: number;
  /** Its id in the file; null where the file's format knows none. */
  id: string | null;
}

/** A code cell of a notebook file, and which of the page it is. */
export interface MatchedCell {
  key: string;
  /** Its place in the file. */
  at: number;
  /** The code cell before it; null for the first. */
  after: string | null;
}

function joined(value: unknown): string {
  if (Array.isArray(value)) return value.join("");
  return typeof value === "string" ? value : "";
}

/** Reads what the contents API gave. Null where it is no notebook of format 4. */
export function readRaw(content: unknown): RawNotebook | null {
  if (typeof content !== "object" || content === null || !("cells" in content)) return null;
  const notebook = content as RawNotebook;
  if (!Array.isArray(notebook.cells) || notebook.nbformat !== 4) return null;
  return {
    ...notebook,
    cells: notebook.cells.map((cell) => ({
      ...cell,
      source: joined(cell.source),
      metadata: cell.metadata ?? {},
      ...(cell.outputs ? { outputs: cell.outputs.map(joinOutput) } : {}),
    })),
  };
}

/** Text of outputs in one piece, whichever way the server has it. */
function joinOutput(output: Output): Output {
  switch (output.output_type) {
    case "stream":
      return { ...output, text: joined(output.text) };
    case "display_data":
    case "execute_result":
      return {
        ...output,
        data: Object.fromEntries(
          Object.entries(output.data).map(([type, value]) => [
            type,
            Array.isArray(value) && !/[+/]json$/.test(type) ? joined(value) : value,
          ]),
        ),
      };
    default:
      return output;
  }
}

/**
 * Which cell of a file each code cell of the page is: by its id, else by its place while the cell there is code without
 * an id. Gives all code cells of the file in their order; those that the page does not have are called `extra-…`.
 */
export function matchCells(notebook: RawNotebook, page: readonly PageCell[]): MatchedCell[] {
  const byId = new Map(page.flatMap((cell) => (cell.id === null ? [] : [[cell.id, cell.key]])));
  const byIndex = new Map(page.map((cell) => [cell.index, cell]));
  const taken = new Set<string>();
  const found: MatchedCell[] = [];
  let after: string | null = null;
  for (const [at, cell] of notebook.cells.entries()) {
    if (cell.cell_type !== "code") continue;
    const here = byIndex.get(at);
    const inPlace = cell.id === undefined || here?.id === null ? here?.key : undefined;
    const known = (cell.id === undefined ? undefined : byId.get(cell.id)) ?? inPlace;
    const key = known !== undefined && !taken.has(known) ? known : `extra-${cell.id ?? at}`;
    taken.add(key);
    found.push({ key, at, after });
    after = key;
  }
  return found;
}
