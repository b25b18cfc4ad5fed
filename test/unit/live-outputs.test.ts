import { describe, expect, it } from "vitest";
import { groupOutputs, preludesOf } from "#app/components/live/outputs/group.ts";
import { frameDocument } from "#app/components/notebook/render/frame.ts";
import { isPrelude, preludesBefore } from "#app/components/notebook/render/prelude.ts";
import { provideModules } from "#app/frames/host/modules.ts";
import type { Output } from "#lib/notebooks/index.ts";

const shows = (data: Record<string, unknown>): Output => ({
  output_type: "display_data",
  data,
  metadata: {},
});
const prints = (text: string): Output => ({ output_type: "stream", name: "stdout", text });
const view = { "application/vnd.jupyter.widget-view+json": { model_id: "m" }, "text/plain": "x" };

describe("what stands below a live cell", () => {
  it("puts neighbours that bring scripts into one frame, and joins streams", () => {
    const groups = groupOutputs([
      prints("a"),
      prints("b"),
      shows({ "text/html": "<script>library</script>" }),
      shows({ "application/javascript": "use()" }),
      shows(view),
      prints("c"),
      shows({ "text/html": "<b>own</b>" }),
    ]);
    expect(groups.map(({ kind, at }) => [kind, at])).toEqual([
      ["plain", 0],
      ["frame", 2],
      ["plain", 5],
      ["frame", 6],
    ]);
    expect(groups[1]).toMatchObject({
      items: [{ kind: "html" }, { kind: "script" }, { kind: "widget", content: "m" }],
    });
  });

  it("keeps tables, pictures and formulas in the page", () => {
    const groups = groupOutputs([
      shows({ "text/html": "<table><tr><td>1</td></tr></table>" }),
      shows({ "image/png": "iVBO" }),
      shows({ "text/latex": "$x$" }),
    ]);
    expect(groups.map(({ kind }) => kind)).toEqual(["page", "page", "page"]);
  });

  it("prefers a picture to a control that it stands for, as such packages are not here", () => {
    expect(groupOutputs([shows({ ...view, "image/png": "iVBO" })])[0]?.kind).toBe("page");
  });

  it("knows an output that only brings scripts", () => {
    const library = "<script>lib</script><style>b{}</style>";
    expect(isPrelude(library)).toBe(true);
    expect(isPrelude("<div id=chart></div><p>Chart</p><script>draw()</script>")).toBe(false);
    expect(
      isPrelude('<div><script>lib</script><div id="c"></div><script>draw()</script></div>'),
    ).toBe(false);
    expect(isPrelude("<div><div></div><script>lib</script></div>")).toBe(true);
    expect(isPrelude("<style>b{}</style>")).toBe(false);
    expect(preludesOf(groupOutputs([shows({ "text/html": library })]))).toEqual([library]);
  });
});

describe("a published output that needs an earlier one's library", () => {
  it("has it in its own document, before its own scripts", () => {
    const library = "<script>var chart = 1</script>";
    const code = (outputs: Output[]) =>
      ({
        cell_type: "code",
        id: "c",
        source: "",
        execution_count: 1,
        metadata: {},
        outputs,
      }) as const;
    const cells = [
      code([shows({ "text/html": library }), prints("x")]),
      code([shows({ "text/html": "<div></div><b>1</b><script>chart</script>" })]),
      code([shows({ "text/html": "<script>later</script>" })]),
    ];
    expect(preludesBefore(cells, 1, 0)).toEqual([library]);
    expect(preludesBefore(cells, 0, 0)).toEqual([]);
    const document = frameDocument("text/html", "<i>own</i>", preludesBefore(cells, 1, 0));
    expect(document.indexOf(library)).toBeGreaterThan(-1);
    expect(document.indexOf(library)).toBeLessThan(document.indexOf("<i>own</i>"));
  });
});

describe("require and define in a frame", () => {
  const scope = () => {
    const missing: string[] = [];
    const made = {} as typeof globalThis & {
      define: (...parts: unknown[]) => void;
      require: (names: string[], then?: (...found: unknown[]) => void) => void;
    };
    provideModules(made, (name) => missing.push(name));
    return { made, missing };
  };

  it("give a later output what an earlier one has defined", () => {
    const { made, missing } = scope();
    made.define("lib", (_require: unknown, _exports: unknown, module: { exports: unknown }) => {
      module.exports = { answer: 42 };
    });
    let found: unknown;
    made.require(["lib"], (lib) => {
      found = lib;
    });
    expect(found).toEqual({ answer: 42 });
    expect(missing).toEqual([]);
  });

  it("name what is missing, and do not run what needs it", () => {
    const { made, missing } = scope();
    let ran = false;
    made.require(["plotly"], () => {
      ran = true;
    });
    expect([ran, missing]).toEqual([false, ["plotly"]]);
  });

  it("let a pasted library make its global: it is no AMD loader to them", () => {
    expect("amd" in scope().made.define).toBe(false);
  });
});
