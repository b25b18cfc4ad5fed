import type { RawCell, RawNotebook } from "./notebook-document.ts";

/** Two people's changes to one notebook, put together. */
export interface Merge {
  notebook: RawNotebook;
  /** Names of the cells whose text both changed, each in a way of their own. */
  conflicts: string[];
}

/**
 * Puts together what was changed here (`mine`: texts and outputs of cells, never which cells there are) and what was
 * changed elsewhere meanwhile (`theirs`: anything), both since `base`. Nothing of either side is lost but an older
 * output: where both ran a cell, the outputs are mine. Whose text a cell in conflict has, `preferred` says.
 */
export function mergeNotebooks(
  base: RawNotebook,
  mine: RawNotebook,
  theirs: RawNotebook,
  preferred: "mine" | "theirs" = "mine",
): Merge {
  const names = nameCells(theirs);
  const baseCells = byName(base);
  const myCells = byName(mine);
  const conflicts: string[] = [];
  const cells = theirs.cells.map((their, at) => {
    const name = names[at] ?? "";
    const own = myCells.get(name);
    const old = baseCells.get(name);
    if (!own || !old || own.cell_type !== their.cell_type) return their;
    const { cell, isConflict } = mergeCell(old, own, their, preferred);
    if (isConflict) conflicts.push(name);
    return cell;
  });
  // Deleted elsewhere, changed here: it comes back at the end rather than being lost.
  const theirNames = new Set(names);
  for (const [name, own] of myCells) {
    if (theirNames.has(name) || own.source === baseCells.get(name)?.source) continue;
    conflicts.push(name);
    if (preferred === "mine") cells.push(own);
  }
  return { notebook: { ...theirs, cells }, conflicts };
}

function mergeCell(
  old: RawCell,
  own: RawCell,
  their: RawCell,
  preferred: "mine" | "theirs",
): { cell: RawCell; isConflict: boolean } {
  const iWrote = own.source !== old.source;
  const theyWrote = their.source !== old.source;
  const iRan = !isSame(result(own), result(old));
  const isConflict = iWrote && theyWrote && own.source !== their.source;
  const isMine = iWrote && (!isConflict || preferred === "mine");
  return {
    cell: {
      ...their,
      source: isMine ? own.source : their.source,
      ...(iRan ? result(own) : {}),
    },
    isConflict,
  };
}

function result({ outputs, execution_count }: RawCell): Partial<RawCell> {
  return outputs === undefined ? {} : { outputs, execution_count: execution_count ?? null };
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Cells by their ids; those without one by their place. */
function nameCells({ cells }: RawNotebook): string[] {
  return cells.map((cell, at) => cell.id ?? `#${at}`);
}

function byName(notebook: RawNotebook): Map<string, RawCell> {
  const names = nameCells(notebook);
  return new Map(notebook.cells.map((cell, at) => [names[at] ?? "", cell]));
}
