import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readNotebook, serializeNotebook } from "#lib/notebooks/index.ts";
import { findJsonError } from "#lib/notebooks/json-error.ts";

const folder = path.resolve(import.meta.dirname, "../fixtures/notebooks");

describe("reading a notebook gives the output beside its input", () => {
  for (const name of readdirSync(path.join(folder, "input"))) {
    test(name, async () => {
      const reading = readNotebook(readFileSync(path.join(folder, "input", name)));
      const { name: base } = path.parse(name);
      const shown = reading.ok
        ? { notes: reading.notes, notebook: JSON.parse(serializeNotebook(reading.notebook)) }
        : reading;
      await expect(`${JSON.stringify(shown, null, 1)}\n`).toMatchFileSnapshot(
        path.join(folder, "output", `${base}.json`),
      );
    });
  }
});

const minimal = (
  change: (notebook: Record<string, unknown>, cell: Record<string, unknown>) => void,
) => {
  const cell: Record<string, unknown> = {
    cell_type: "code",
    id: "a",
    metadata: {},
    source: "",
    execution_count: null,
    outputs: [],
  };
  const notebook: Record<string, unknown> = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: [cell],
  };
  change(notebook, cell);
  return readNotebook(JSON.stringify(notebook));
};

test.each<[string, Parameters<typeof minimal>[0], string]>([
  ["no nbformat", (n) => delete n.nbformat, "nbformat"],
  ["nbformat as text", (n) => Object.assign(n, { nbformat: "4" }), "nbformat"],
  ["no minor version", (n) => delete n.nbformat_minor, "nbformat_minor"],
  ["no metadata", (n) => delete n.metadata, "metadata"],
  ["no cells", (n) => delete n.cells, "cells"],
  ["a cell that is a string", (n) => Object.assign(n, { cells: ["x"] }), "cells[0]"],
  ["no source", (_, c) => delete c.source, "cells[0].source"],
  [
    "a number among the lines",
    (_, c) => Object.assign(c, { source: ["a", 1] }),
    "cells[0].source[1]",
  ],
  ["no outputs", (_, c) => delete c.outputs, "cells[0].outputs"],
  ["no execution count", (_, c) => delete c.execution_count, "cells[0].execution_count"],
  [
    "a negative count",
    (_, c) => Object.assign(c, { execution_count: -1 }),
    "cells[0].execution_count",
  ],
  [
    "a tag that is no string",
    (_, c) => Object.assign(c, { metadata: { tags: [1] } }),
    "cells[0].metadata.tags[0]",
  ],
  [
    "an unknown output",
    (_, c) => Object.assign(c, { outputs: [{ output_type: "pyout" }] }),
    "cells[0].outputs[0].output_type",
  ],
  [
    "a result without data",
    (_, c) => Object.assign(c, { outputs: [{ output_type: "execute_result" }] }),
    "cells[0].outputs[0].data",
  ],
  [
    "an error without traceback",
    (_, c) => Object.assign(c, { outputs: [{ output_type: "error", ename: "", evalue: "" }] }),
    "cells[0].outputs[0].traceback",
  ],
])("%s is broken in its exact place", (_, change, place) => {
  expect(minimal(change)).toMatchObject({ ok: false, place });
});

test("a kernel without a name is dropped with a note, and the cells are read", () => {
  const reading = minimal((n) =>
    Object.assign(n, {
      metadata: { kernelspec: null, language_info: {}, title: 1, authors: ["A", 2] },
    }),
  );
  expect(reading).toMatchObject({
    ok: true,
    notebook: { metadata: { authors: [{ name: "A" }] } },
    notes: [
      "metadata.kernelspec: it has no name; ignored.",
      "metadata.language_info: it has no name; ignored.",
    ],
  });
});

test("nesting without end is refused, not followed", () => {
  const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  expect(minimal(() => undefined).ok).toBe(true);
  expect(
    readNotebook(`{"nbformat":4,"nbformat_minor":5,"metadata":{"a":${deep}},"cells":[]}`),
  ).toMatchObject({
    ok: false,
    place: "the file",
  });
});

test("bytes that are not UTF-8, an empty file and a byte order mark", () => {
  expect(readNotebook(new Uint8Array([0x7b, 0xff, 0xfe]))).toMatchObject({ ok: false });
  expect(readNotebook("")).toMatchObject({ ok: false, message: "It is empty." });
  const text = '{"nbformat":4,"nbformat_minor":5,"metadata":{},"cells":[]}';
  expect(readNotebook(`\uFEFF${text}`).ok).toBe(true);
  expect(readNotebook(Buffer.from(`\uFEFF${text}`)).ok).toBe(true);
});

test("a __proto__ key reaches no prototype", () => {
  const reading = readNotebook(
    '{"nbformat":4,"nbformat_minor":5,"metadata":{"__proto__":{"polluted":true},"a":{"__proto__":1}},"cells":[{"cell_type":"markdown","id":"a","metadata":{},"source":"","attachments":{"__proto__":{"text/plain":"x"}}}]}',
  );
  if (!reading.ok) throw new Error(reading.message);
  expect(JSON.stringify(reading.notebook)).not.toContain("__proto__");
  expect(Object.assign({}, reading.notebook.metadata)).not.toHaveProperty("polluted");
});

test("made ids are the same at every reading, and unique", () => {
  const text = JSON.stringify({
    nbformat: 4,
    nbformat_minor: 4,
    metadata: {},
    cells: Array.from({ length: 50 }, () => ({
      cell_type: "markdown",
      metadata: {},
      source: "same",
    })),
  });
  const [one, two] = [readNotebook(text), readNotebook(text)];
  if (!one.ok || !two.ok) throw new Error("must be readable");
  expect(one).toEqual(two);
  expect(new Set(one.notebook.cells.map(({ id }) => id)).size).toBe(50);
});

/** Documents that are almost notebooks: every value may be replaced by any other. */
const almost = fc.letrec((tie) => ({
  junk: fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom("code", "stream", "display_data", 4, 3),
  ),
  output: fc.record(
    {
      output_type: fc.oneof(
        fc.constantFrom("stream", "display_data", "execute_result", "error", "pyout", "pyerr"),
        tie("junk"),
      ),
      name: tie("junk"),
      stream: tie("junk"),
      text: tie("junk"),
      data: tie("junk"),
      metadata: tie("junk"),
      png: tie("junk"),
      json: tie("junk"),
      execution_count: tie("junk"),
      ename: tie("junk"),
      evalue: tie("junk"),
      traceback: tie("junk"),
    },
    { requiredKeys: [] },
  ),
  cell: fc.record(
    {
      cell_type: fc.oneof(
        fc.constantFrom("code", "markdown", "raw", "heading", "html"),
        tie("junk"),
      ),
      id: tie("junk"),
      source: fc.oneof(fc.string(), tie("junk")),
      input: tie("junk"),
      metadata: fc.oneof(fc.constant({}), tie("junk")),
      outputs: fc.oneof(fc.array(tie("output"), { maxLength: 3 }), tie("junk")),
      execution_count: fc.oneof(fc.constant(null), tie("junk")),
      attachments: tie("junk"),
      level: tie("junk"),
    },
    { requiredKeys: [] },
  ),
  cells: fc.oneof(fc.array(tie("cell"), { maxLength: 3 }), tie("junk")),
  notebook: fc.record(
    {
      nbformat: fc.oneof(fc.constantFrom(3, 4), tie("junk")),
      nbformat_minor: fc.oneof(fc.constantFrom(0, 4, 5), tie("junk")),
      metadata: fc.oneof(fc.constant({}), tie("junk")),
      cells: tie("cells"),
      worksheets: fc.oneof(fc.array(fc.record({ cells: tie("cells") })), tie("junk")),
    },
    { requiredKeys: ["nbformat"] },
  ),
})).notebook;

test("an id in a notebook that is older than ids does not count, so that writing loses nothing", () => {
  const cell = { cell_type: "markdown", id: "early", source: "text", metadata: {} };
  const document = { nbformat: 4, nbformat_minor: 0, metadata: {}, cells: [cell] };
  const reading = readNotebook(JSON.stringify(document));
  if (!reading.ok) throw new Error(reading.message);
  expect(reading.notebook.cells[0]?.id).not.toBe("early");
  expect(readNotebook(serializeNotebook(reading.notebook))).toMatchObject({
    ok: true,
    notebook: reading.notebook,
  });
});

test("whatever the document, reading gives a notebook or a place, and what is written reads back the same", () => {
  fc.assert(
    fc.property(almost, (document) => {
      const reading = readNotebook(JSON.stringify(document) ?? "");
      if (!reading.ok) {
        expect(reading.place).not.toBe("");
        expect(reading.message).not.toBe("");
        return;
      }
      const again = readNotebook(serializeNotebook(reading.notebook));
      expect(again).toMatchObject({ ok: true, notebook: reading.notebook });
    }),
    { numRuns: 2_000 },
  );
});

test("whatever the bytes, reading does not throw", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void readNotebook(bytes)),
    { numRuns: 500 },
  );
  fc.assert(
    fc.property(
      fc.string({ unit: "binary" }),
      (text) => void readNotebook(`{"nbformat":4,${text}`),
    ),
    { numRuns: 500 },
  );
});

test("notebooks as Jupyter writes them are written back byte for byte", () => {
  const examples = path.resolve(import.meta.dirname, "../../examples");
  for (const paper of readdirSync(examples)) {
    if (paper.includes(".")) continue;
    for (const name of readdirSync(path.join(examples, paper))) {
      if (!name.endsWith(".ipynb")) continue;
      const text = readFileSync(path.join(examples, paper, name), "utf8");
      const reading = readNotebook(text);
      if (!reading.ok) throw new Error(`${name}: ${reading.place}: ${reading.message}`);
      expect(reading.notes).toEqual([]);
      expect(serializeNotebook(reading.notebook)).toBe(text);
    }
  }
});

test("the place of a mistake in JSON is where JSON stops being valid", () => {
  const place = (text: string) => {
    const reading = readNotebook(text);
    return reading.ok ? null : reading.place;
  };
  expect(place('{"nbformat": 4,\n "cells": [}')).toBe("line 2, column 12");
  expect(place('{"a": 1,}')).toBe("line 1, column 9");
  expect(place('{"a": tru}')).toBe("line 1, column 7");
  expect(place('{"a": "b\n"}')).toBe("line 1, column 9");
  expect(place('{"a": "\\x"}')).toBe("line 1, column 9");
  expect(place('{"a": 1} 2')).toBe("line 1, column 10");
  expect(place("{'a': 1}")).toBe("line 1, column 2");
  expect(place('{"a" 1}')).toBe("line 1, column 6");
  expect(place('{"a": [1 2]}')).toBe("line 1, column 10");
});

test("the finder of mistakes agrees with the engine on what is JSON", () => {
  const valid = (text: string) => {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  };
  fc.assert(
    fc.property(
      fc.json(),
      fc.nat(),
      fc.constantFrom("", ",", "}", "]", '"', "\\", "0", ":", "x", "-"),
      (text, at, extra) => {
        const cut = at % (text.length + 1);
        const changed = `${text.slice(0, cut)}${extra}${text.slice(cut + 1)}`;
        const error = findJsonError(changed);
        if (valid(changed)) expect(error).toBe(changed.length);
        // Up to the mistake there is nothing that more text could not have made right; with it there is.
        else if (error < changed.length) expect(valid(changed.slice(0, error + 1))).toBe(false);
      },
    ),
    { numRuns: 2_000 },
  );
});
