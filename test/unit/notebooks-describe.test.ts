import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import {
  type Cell,
  firstFigure,
  headings,
  imageSize,
  kernelName,
  type Notebook,
  notebookAbstract,
  notebookLanguage,
  notebookTitle,
  outline,
  plainText,
} from "#lib/notebooks/index.ts";

function notebook(cells: Cell[], metadata: Notebook["metadata"] = {}): Notebook {
  return { nbformat: 4, nbformat_minor: 5, metadata, cells };
}
function markdown(source: string, id = "m"): Cell {
  return { cell_type: "markdown", id, source, metadata: {} };
}
function shows(...bundles: Record<string, unknown>[]): Cell {
  const outputs = bundles.map((data) => ({
    output_type: "display_data" as const,
    data,
    metadata: {},
  }));
  return { cell_type: "code", id: "c", source: "", execution_count: 1, outputs, metadata: {} };
}
async function picture(width: number, height: number, type: "png" | "jpeg" | "webp" | "gif") {
  const bytes = await sharp({ create: { width, height, channels: 3, background: "red" } })
    .toFormat(type)
    .toBuffer();
  return bytes.toString("base64");
}

test.each([
  [{ language_info: { name: "python", version: "3.13" } }, "Python", null],
  [{ kernelspec: { name: "ir", display_name: "R", language: "R" } }, "R", "ir"],
  [{ kernelspec: { name: "ir" } }, "R", "ir"],
  [{ kernelspec: { name: "julia-1.10" } }, "Julia", "julia-1.10"],
  [{ kernelspec: { name: "python3" } }, "Python", "python3"],
  [{ kernelspec: { name: "my-lab-env" } }, null, "my-lab-env"],
  [{ kernelspec: { name: "xcpp17", language: "C++17" } }, "C++", "xcpp17"],
  [{ language_info: { name: "Coconut" } }, "Coconut", null],
  [{}, null, null],
])("%j is in %s for the kernel %s", (metadata, language, kernel) => {
  expect(notebookLanguage(notebook([], metadata))).toBe(language);
  expect(kernelName(notebook([], metadata))).toBe(kernel);
});

describe("title, abstract and outline", () => {
  const paper = notebook([
    markdown("## Preface"),
    markdown(
      "# The *curve* and its `breath` #\n\nA. Author\n\nThe monthly record holds two stories in **one** line: a rise and a breath.",
      "t",
    ),
    markdown("```\n# not a heading\n```\n\nSetext one\n==========\n\nTwo\n---\n\n- item\n---", "s"),
  ]);

  test("the title is the first heading of the first level", () => {
    expect(notebookTitle(paper)).toBe("The curve and its breath");
    expect(notebookTitle(notebook(paper.cells, { title: " Stated " }))).toBe("Stated");
    expect(notebookTitle(notebook([markdown("### Only")]))).toBe("Only");
    expect(notebookTitle(notebook([markdown("text")]))).toBeNull();
  });

  test("the abstract is the first paragraph that is prose", () => {
    expect(notebookAbstract(paper)).toBe(
      "The monthly record holds two stories in **one** line: a rise and a breath.",
    );
    expect(
      notebookAbstract(notebook([markdown("# Title\n\n- a list\n\n| a | table |\n\n![x](y)")])),
    ).toBeNull();
  });

  test("the outline has every heading with its cell, and none out of code", () => {
    expect(outline(paper)).toEqual([
      { level: 2, text: "Preface", cellId: "m" },
      { level: 1, text: "The curve and its breath", cellId: "t" },
      { level: 1, text: "Setext one", cellId: "s" },
      { level: 2, text: "Two", cellId: "s" },
    ]);
  });
});

test.each([
  ["**bold** and *thin* and ***both***", "bold and thin and both"],
  ['[link](https://a.b/c_d_e) and ![image](x.png "t")here', "link and here"],
  ["snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4"],
  ["$x_1^2 + y_2$ stays", "$x_1^2 + y_2$ stays"],
  ["see [x](http://a/$b$) then $a*b*c$ costs \\$5", "see x then $a*b*c$ costs $5"],
  ["[![badge](https://a/b.svg)](https://a) text", "text"],
  ["a < b and c > d", "a < b and c > d"],
  ["<b>tag</b> &amp; <https://a.b>", "tag & https://a.b"],
  ["# Head\n\n> quote\n\n- item\n- more\n\n1. one", "Head\n\nquote\n\nitem more\n\n1. one"],
  ["escaped \\*stars\\*", "escaped *stars*"],
  ["one\ntwo\n\n\nthree", "one two\n\nthree"],
  ["<!-- hidden -->seen", "seen"],
])("%j in plain text", (source, text) => {
  expect(plainText(source)).toBe(text);
});

test("a shortened text ends at a word, within the length", () => {
  expect(plainText("one two three four", 12)).toBe("one two…");
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme" }),
      fc.integer({ min: 1, max: 50 }),
      (text, length) => {
        expect(plainText(text, length).length).toBeLessThanOrEqual(length);
      },
    ),
  );
});

test.each([
  "[",
  "![",
  "[](",
  "<!--",
  "**a",
  "*a ",
  "_a ",
  "`",
  "<a",
  "#",
  "- ",
  "> ",
  "~~",
  "\\",
  "a\n===\n",
])("%j over and over is read in no time", (piece) => {
  const text = piece.repeat(100_000);
  const start = performance.now();
  plainText(text);
  headings(text);
  notebookAbstract(notebook([markdown(text)]));
  expect(performance.now() - start).toBeLessThan(5_000);
});

describe("the figure on a card", () => {
  test.each(["png", "jpeg", "webp", "gif"] as const)(
    "the size of a %s is read from its header",
    async (type) => {
      const bytes = Buffer.from(await picture(321, 123, type), "base64");
      expect(imageSize({ mediaType: `image/${type}`, bytes })).toEqual({ width: 321, height: 123 });
    },
  );

  test.each([
    ['<svg width="300pt" height="200.5pt" viewBox="0 0 1 1">', { width: 300, height: 200.5 }],
    ['<?xml version="1.0"?>\n<svg viewBox="0 0 200 100">', { width: 600, height: 300 }],
    ["<svg>", null],
    ["<html>", null],
  ])("the size of %j", (source, size) => {
    expect(imageSize({ mediaType: "image/svg+xml", bytes: Buffer.from(source) })).toEqual(size);
  });

  test("the first that is large enough wins over earlier small ones and strips", async () => {
    const icon = await picture(60, 60, "png");
    const strip = await picture(1600, 200, "png");
    const good = await picture(600, 400, "png");
    const later = await picture(1200, 800, "png");
    const figure = firstFigure(
      notebook([
        shows({ "image/png": icon }),
        shows({ "image/png": strip }, { "image/png": good }),
        shows({ "image/png": later }),
      ]),
    );
    expect(figure?.mediaType).toBe("image/png");
    expect(Buffer.from(figure?.bytes ?? []).toString("base64")).toBe(good);
  });

  test("the largest where none is large enough, none where there is no image", async () => {
    const small = await picture(60, 60, "png");
    const less = await picture(50, 50, "jpeg");
    const found = firstFigure(
      notebook([shows({ "image/jpeg": less }), shows({ "image/png": small })]),
    );
    expect(found?.mediaType).toBe("image/png");
    expect(firstFigure(notebook([shows({ "text/plain": "x" }), markdown("# x")]))).toBeNull();
    expect(firstFigure(notebook([shows({ "image/png": "bm90IGFuIGltYWdl" })]))).toBeNull();
  });

  test("a PNG is taken before an SVG of the same output", async () => {
    const png = await picture(400, 300, "png");
    const figure = firstFigure(
      notebook([shows({ "image/svg+xml": '<svg width="400" height="300"/>', "image/png": png })]),
    );
    expect(figure?.mediaType).toBe("image/png");
  });

  test("no bytes make it throw", () => {
    const types = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml"];
    const heads = [
      "89504e470d0a1a0a",
      "ffd8ffc0",
      "ffd8ffe0",
      "474946383961",
      "52494646000000005745425056503858",
      "3c737667",
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...types),
        fc.constantFrom(...heads),
        fc.uint8Array({ maxLength: 60 }),
        (mediaType, head, rest) => {
          imageSize({ mediaType, bytes: Buffer.concat([Buffer.from(head, "hex"), rest]) });
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
