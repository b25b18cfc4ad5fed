import type { Notebook, OutlineEntry } from "#lib/notebooks/index.ts";

export interface Anchor {
  level: number;
  text: string;
  /** Id of the heading in the page. */
  anchor: string;
  /** Index of its cell. */
  cell: number;
}

/** The headings with the ids that they have in the page: the k-th heading of the n-th cell is `cell-n-k`. */
export function anchorsOf(notebook: Notebook, entries: OutlineEntry[]): Anchor[] {
  const cells = new Map(notebook.cells.map((cell, index) => [cell.id, index]));
  const counted = new Map<number, number>();
  return entries.flatMap(({ level, text, cellId }) => {
    const cell = cells.get(cellId);
    if (cell === undefined) return [];
    const count = (counted.get(cell) ?? 0) + 1;
    counted.set(cell, count);
    return [{ level, text, cell, anchor: `cell-${cell + 1}-${count}` }];
  });
}

/** The paper's own contents, for the page's margin. */
export function NotebookOutline({ anchors }: { anchors: Anchor[] }) {
  const shown = anchors.filter(({ level }) => level <= 3).slice(0, 60);
  if (shown.length < 2) return null;
  const top = Math.min(...shown.map(({ level }) => level));
  return (
    <nav aria-label="Contents of the notebook" className="text-[0.8125rem] leading-snug">
      <ol className="grid gap-0.5">
        {shown.map(({ level, text, anchor }) => (
          <li key={anchor} style={{ paddingLeft: `${(level - top) * 0.85}rem` }}>
            <a
              href={`#${anchor}`}
              className="block py-1 no-underline text-quiet hover:text-accent hover:underline"
            >
              {text}
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}
