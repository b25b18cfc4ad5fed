import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it, test } from "vitest";
import { groupOutputs } from "#app/components/live/outputs/group.ts";
import { chartTables } from "#app/components/notebook/chart-table.ts";
import { bokehDocument } from "#app/components/notebook/render/bokeh-document.ts";
import { present, wantsNetwork } from "#app/components/notebook/render/bundle.ts";
import { chartOf } from "#app/components/notebook/render/chart.ts";
import { readNeed } from "#app/frames/messages.ts";
import { type Output, readNotebook } from "#lib/notebooks/index.ts";

const folder = path.resolve(import.meta.dirname, "../fixtures/charts");
const plotly = "application/vnd.plotly.v1+json";

/** What a reader gets of an output, without the contents that the input has in full. */
function summary(output: Output) {
  if (output.output_type === "stream" || output.output_type === "error") return output.output_type;
  const shown = present(output.data);
  if (!shown) return "nothing";
  switch (shown.kind) {
    case "chart": {
      const { kind, library, type, height } = shown;
      return { kind, library, type, height, tables: chartTables(shown.value) };
    }
    case "frame":
      return {
        kind: "frame",
        library: shown.library ?? null,
        hint: wantsNetwork(shown.text),
        ...bokeh(shown.text),
      };
    default:
      return { kind: shown?.kind, type: shown?.type };
  }
}

function bokeh(script: string) {
  const document = bokehDocument(script);
  return document && { height: document.height, tables: chartTables(JSON.parse(document.json)) };
}

describe("a notebook's charts are shown as the output beside the input says", () => {
  for (const name of readdirSync(path.join(folder, "input"))) {
    test(name, async () => {
      const reading = readNotebook(readFileSync(path.join(folder, "input", name)));
      if (!reading.ok) throw new Error(`${reading.place}: ${reading.message}`);
      const cells = reading.notebook.cells.flatMap((cell) =>
        cell.cell_type === "code" ? [[cell.id, cell.outputs.map(summary)] as const] : [],
      );
      await expect(`${JSON.stringify(Object.fromEntries(cells), null, 1)}\n`).toMatchFileSnapshot(
        path.join(folder, "output", `${path.parse(name).name}.json`),
      );
    });
  }
});

describe("a chart among live outputs", () => {
  const shows = (data: Record<string, unknown>): Output => ({
    output_type: "display_data",
    data,
    metadata: {},
  });

  it("shares a frame with its neighbours, and its data can be read below", () => {
    const figure = { data: [{ y: [1, 2] }], layout: { height: 200 } };
    const [group, ...others] = groupOutputs([
      shows({ [plotly]: figure }),
      shows({ "text/html": "<script>x</script><b>own</b>" }),
    ]);
    expect(others).toEqual([]);
    expect(group).toMatchObject({
      items: [
        { kind: "chart", library: "plotly", content: JSON.stringify(figure) },
        { kind: "html" },
      ],
      charts: [{ height: 200 }],
    });
  });

  it("is written as JSON once, however often the cell's outputs grow", () => {
    let written = 0;
    const figure = {
      data: [],
      get layout() {
        written += 1;
        return {};
      },
    };
    chartOf({ [plotly]: figure });
    const before = written;
    chartOf({ [plotly]: figure });
    // Looking at its shape reads it once a time; writing it as JSON would once more.
    expect(written - before).toBeLessThan(before);
  });

  it("that nests deeper than the engine can write is text", () => {
    let deep: unknown = [];
    for (let level = 0; level < 50_000; level++) deep = [deep];
    const data = { [plotly]: { data: [{ x: deep }] }, "text/plain": "deep" };
    expect(present(data)).toMatchObject({ kind: "text", text: "deep" });
  });
});

describe("the table of a chart", () => {
  it("is cut, and says what is left out", () => {
    const y = Array.from({ length: 500_000 }, (_, at) => at);
    const [table] = chartTables({ data: [{ y }] });
    expect([table?.rows.length, table?.left]).toEqual([200, 499_800]);
  });
});

describe("what a frame may ask its page for", () => {
  it.each([
    [{ type: "need", library: "plotly" }, "plotly"],
    [{ type: "need", library: "../widgets" }, null],
    [{ type: "need", library: "constructor" }, null],
    [{ type: "need", library: ["plotly"] }, null],
    [{ type: "relay", library: "plotly" }, null],
    ["need", null],
    [null, null],
  ])("%j → %s", (sent, library) => expect(readNeed(sent)).toBe(library));
});
