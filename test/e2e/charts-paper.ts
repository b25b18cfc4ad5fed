import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { tarOf } from "#test/support/bundle.ts";
import { Api } from "#test/support/system-api.ts";

interface Cell {
  cell_type: string;
  id: string;
  metadata: object;
  source: string;
  outputs?: { output_type: string; data: Record<string, unknown>; metadata: object }[];
  execution_count?: number | null;
}

const fixtures = path.resolve(import.meta.dirname, "../fixtures/charts/input");
const title = "Charts of every kind";

/** Code that shows the same as the outputs, without any of the libraries that have made them. */
function sourceOf({ outputs = [] }: Cell): string {
  const json = JSON.stringify(JSON.stringify(outputs.map(({ data }) => data)));
  return `import json\nfor data in json.loads(${json}):\n    display(data, raw=True)`;
}

/** A histogram of 5 MB. */
function large(): Cell {
  const x = Array.from({ length: 1_280_000 }, (_, at) => at % 1_000);
  const data = { "application/vnd.plotly.v1+json": { data: [{ type: "histogram", x }] } };
  return {
    cell_type: "code",
    id: "large",
    metadata: {},
    execution_count: 1,
    source: `x = [at % 1_000 for at in range(1_280_000)]
display({"application/vnd.plotly.v1+json": {"data": [{"type": "histogram", "x": x}]}}, raw=True)`,
    outputs: [{ output_type: "display_data", data, metadata: {} }],
  };
}

async function cells(): Promise<Cell[]> {
  const files = (await readdir(fixtures)).sort();
  const all = await Promise.all(
    files.map(async (file) => {
      const { name } = path.parse(file);
      const notebook = JSON.parse(await readFile(path.join(fixtures, file), "utf8"));
      return notebook.cells.map((cell: Cell) => ({
        ...cell,
        id: `${name}-${cell.id}`,
        metadata: { tags: ["hide-input"] },
        source: cell.cell_type === "code" ? sourceOf(cell) : cell.source.replace("# ", "## "),
      }));
    }),
  );
  const heading = { cell_type: "markdown", id: "title", metadata: {}, source: `# ${title}` };
  return [heading, ...all.flat(), large()];
}

/** Publishes all of the charts' notebooks as one paper, once a system; gives its slug, and its cells' numbers by their ids. */
export async function chartsPaper(): Promise<{ slug: string; at: (id: string) => number }> {
  const all = await cells();
  const at = (id: string) => {
    const found = all.findIndex((cell) => cell.id === id);
    if (found === -1) throw new Error(`no cell ${id}`);
    return found + 1;
  };
  const api = new Api(
    { url: process.env.COLOPHON_TEST_URL ?? "" },
    process.env.COLOPHON_TEST_TOKEN,
  );
  const found = await api.call("GET", `/api/publications?q=${encodeURIComponent(title)}`);
  const known = found.body.items.find((item) => item.title === title);
  if (known) return { slug: known.slug, at };
  const notebook = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: "python3", display_name: "Python 3", language: "python" } },
    cells: all,
  };
  const { slug, doi } = await api.publish(
    await tarOf({ "charts.ipynb": JSON.stringify(notebook) }),
    title,
  );
  const { body } = await api.call("POST", "/api/builds", { doi });
  await api.until(`/api/builds/${body.id}`, (answer) => answer.body.state === "built");
  return { slug, at };
}
