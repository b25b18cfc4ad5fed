import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mergeNotebooks } from "#app/components/live/merge.ts";
import {
  matchCells,
  type RawCell,
  type RawNotebook,
  readRaw,
} from "#app/components/live/notebook-document.ts";

const code = (id: string | undefined, source: string, outputs: unknown[] = []): RawCell =>
  ({
    cell_type: "code",
    ...(id === undefined ? {} : { id }),
    source,
    metadata: {},
    outputs,
    execution_count: null,
  }) as RawCell;
const notebook = (...cells: RawCell[]): RawNotebook => ({
  cells,
  metadata: {},
  nbformat: 4,
  nbformat_minor: 5,
});
const output = (text: string) => ({ output_type: "stream", name: "stdout", text });
const change = (from: RawNotebook, id: string, by: Partial<RawCell>): RawNotebook => ({
  ...from,
  cells: from.cells.map((cell) => (cell.id === id ? { ...cell, ...by } : cell)),
});
const textOf = ({ cells }: RawNotebook) => cells.map(({ source }) => source);

describe("reading a notebook from the workspace", () => {
  it("joins lines and keeps what it does not know", () => {
    const read = readRaw({
      nbformat: 4,
      nbformat_minor: 5,
      metadata: { vendor: { x: 1 } },
      cells: [
        {
          cell_type: "code",
          id: "a",
          source: ["x = 1\n", "x"],
          metadata: { tags: ["t"] },
          own: true,
          outputs: [
            { output_type: "stream", name: "stdout", text: ["1\n", "2"] },
            { output_type: "display_data", data: { "text/plain": ["a", "b"] }, metadata: {} },
          ],
        },
      ],
    });
    expect(read?.metadata).toEqual({ vendor: { x: 1 } });
    expect(read?.cells[0]).toMatchObject({ source: "x = 1\nx", own: true });
    expect(read?.cells[0]?.outputs).toMatchObject([
      { text: "1\n2" },
      { data: { "text/plain": "ab" } },
    ]);
  });

  it("takes nothing else for a notebook", () => {
    for (const wrong of [null, "x", {}, { cells: 1, nbformat: 4 }, { cells: [], nbformat: 3 }]) {
      expect(readRaw(wrong)).toBeNull();
    }
  });
});

describe("finding the page's cells in the file", () => {
  const page = [
    { key: "cell-1", index: 0, id: "a" },
    { key: "cell-3", index: 2, id: "b" },
  ];

  it("goes by ids, wherever the cells have moved to", () => {
    const file = notebook(code("b", ""), code("new", ""), code("a", ""));
    expect(matchCells(file, page)).toEqual([
      { key: "cell-3", at: 0, after: null },
      { key: "extra-new", at: 1, after: "cell-3" },
      { key: "cell-1", at: 2, after: "extra-new" },
    ]);
  });

  it("goes by place where the format has no ids", () => {
    const old = page.map((cell) => ({ ...cell, id: null }));
    const file = notebook(
      code(undefined, ""),
      { cell_type: "markdown", source: "", metadata: {} },
      code(undefined, ""),
    );
    expect(matchCells(file, old).map(({ key }) => key)).toEqual(["cell-1", "cell-3"]);
    const upgraded = notebook(code("x", ""), code("y", ""), code("z", ""));
    expect(matchCells(upgraded, old).map(({ key }) => key)).toEqual([
      "cell-1",
      "extra-y",
      "cell-3",
    ]);
  });

  it("gives no cell twice", () => {
    const file = notebook(code("a", "1"), code("a", "2"));
    expect(new Set(matchCells(file, page).map(({ key }) => key)).size).toBe(2);
  });
});

describe("putting two people's changes together", () => {
  const base = notebook(code("a", "1"), code("b", "2"), code("c", "3"));

  it("takes each side's changes", () => {
    const mine = change(base, "a", { source: "mine" });
    const theirs = change(base, "c", { source: "theirs" });
    const { notebook: merged, conflicts } = mergeNotebooks(base, mine, theirs);
    expect(textOf(merged)).toEqual(["mine", "2", "theirs"]);
    expect(conflicts).toEqual([]);
  });

  it("takes over added, deleted and moved cells", () => {
    const mine = change(base, "a", { source: "mine" });
    const theirs = notebook(code("c", "3"), code("new", "n"), code("a", "1"));
    const { notebook: merged, conflicts } = mergeNotebooks(base, mine, theirs);
    expect(textOf(merged)).toEqual(["3", "n", "mine"]);
    expect(conflicts).toEqual([]);
  });

  it("asks where both wrote the same cell, and does as it is told", () => {
    const mine = change(base, "a", { source: "mine" });
    const theirs = change(change(base, "a", { source: "theirs" }), "b", { source: "also" });
    expect(mergeNotebooks(base, mine, theirs).conflicts).toEqual(["a"]);
    expect(textOf(mergeNotebooks(base, mine, theirs, "mine").notebook)).toEqual([
      "mine",
      "also",
      "3",
    ]);
    expect(textOf(mergeNotebooks(base, mine, theirs, "theirs").notebook)).toEqual([
      "theirs",
      "also",
      "3",
    ]);
  });

  it("does not lose what was changed here in a cell that was deleted elsewhere", () => {
    const mine = change(base, "b", { source: "mine" });
    const theirs = notebook(code("a", "1"), code("c", "3"));
    const { notebook: merged, conflicts } = mergeNotebooks(base, mine, theirs);
    expect(conflicts).toEqual(["b"]);
    expect(textOf(merged)).toEqual(["1", "3", "mine"]);
  });

  it("has the outputs of who ran the cell; mine where both did", () => {
    const mine = change(base, "a", { outputs: [output("mine")] as RawCell["outputs"] & object });
    const both = change(
      change(base, "a", { outputs: [output("theirs")] as RawCell["outputs"] & object }),
      "b",
      { outputs: [output("theirs")] as RawCell["outputs"] & object },
    );
    const { notebook: merged } = mergeNotebooks(base, mine, both);
    expect(merged.cells.map(({ outputs }) => outputs)).toEqual([
      [output("mine")],
      [output("theirs")],
      [],
    ]);
  });

  it("loses no text of either side, and says so whenever it had to choose", () => {
    const edits = fc.record({
      a: fc.option(fc.string(), { nil: undefined }),
      b: fc.option(fc.string(), { nil: undefined }),
      c: fc.option(fc.string(), { nil: undefined }),
    });
    const apply = (changes: Record<string, string | undefined>) =>
      Object.entries(changes).reduce(
        (now, [id, source]) => (source === undefined ? now : change(now, id, { source })),
        base,
      );
    fc.assert(
      fc.property(edits, edits, (forMine, forTheirs) => {
        const mine = apply(forMine);
        const theirs = apply(forTheirs);
        const { notebook: merged, conflicts } = mergeNotebooks(base, mine, theirs);
        for (const [at, cell] of merged.cells.entries()) {
          const sources = [base, mine, theirs].map((each) => each.cells[at]?.source);
          const [old, own, their] = sources;
          if (own !== old && their !== old && own !== their) {
            expect(conflicts).toContain(cell.id);
          } else {
            expect(cell.source).toBe(own !== old ? own : their);
            expect(conflicts).not.toContain(cell.id);
          }
        }
      }),
    );
  });
});
