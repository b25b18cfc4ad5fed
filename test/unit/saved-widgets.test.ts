import { describe, expect, it } from "vitest";
import { picturesHeight, savedWidgets } from "#lib/notebooks/index.ts";
import type { Notebook } from "#lib/notebooks/types.ts";

/** The head of a PNG of 10 by 240 pixels: what its size is read from. */
function png(): string {
  const bytes = Buffer.alloc(24);
  bytes.writeUInt32BE(0x89504e47, 0);
  bytes.writeUInt32BE(10, 16);
  bytes.writeUInt32BE(240, 20);
  return bytes.toString("base64");
}

const names = { model_module: "m", model_module_version: "1.0.0" };
const box = {
  ...names,
  model_name: "BoxModel",
  state: { children: ["IPY_MODEL_out", "IPY_MODEL_box"] },
};
const out = {
  ...names,
  model_name: "OutputModel",
  state: { outputs: [{ output_type: "display_data", data: { "image/png": png() } }] },
  buffers: [{ encoding: "base64", path: ["values"], data: "AAE=" }],
};

function saved(state: unknown, version = 2): Notebook {
  const kept = { version_major: version, version_minor: 0, state };
  const widgets = { "application/vnd.jupyter.widget-state+json": kept };
  return { nbformat: 4, nbformat_minor: 5, metadata: { widgets }, cells: [] };
}

describe("the controls that a notebook was saved with", () => {
  it("come with the names of their classes and their binary parts", () => {
    const found = savedWidgets(saved({ box, out }));
    expect(found.get("box")?.state).toMatchObject({ _model_name: "BoxModel", _model_module: "m" });
    expect(found.get("out")?.buffers).toEqual([{ path: ["values"], data: "AAE=" }]);
  });

  it("are left out where they are not what they should be", () => {
    expect(savedWidgets(saved({ a: 1, b: { state: "x" }, box })).size).toBe(1);
    expect(savedWidgets(saved({ box }, 1)).size).toBe(0);
    expect(savedWidgets(saved(null)).size).toBe(0);
  });

  it("reserve what their pictures take, also where one contains itself", () => {
    expect(picturesHeight(savedWidgets(saved({ box, out })), "box")).toBe(240);
    expect(picturesHeight(savedWidgets(saved({ box, out })), "nobody")).toBe(0);
  });
});
