import { imageSize } from "./figure.ts";
import { isObject, type JsonObject } from "./json.ts";
import type { Notebook } from "./types.ts";

/** A widget as a notebook keeps it: its state, and its binary parts in base64 with their places in it. */
export interface SavedWidget {
  state: JsonObject;
  buffers: { path: (string | number)[]; data: string }[];
}

const metadataType = "application/vnd.jupyter.widget-state+json";

/**
 * The widgets that a notebook was saved with, by their ids; empty where it has none. Format: jupyter-widgets' "Jupyter
 * widget state", version 2 (https://github.com/jupyter-widgets/ipywidgets/tree/main/packages/schema).
 */
export function savedWidgets({ metadata }: Notebook): Map<string, SavedWidget> {
  const kept = isObject(metadata.widgets) ? metadata.widgets[metadataType] : undefined;
  const found = new Map<string, SavedWidget>();
  if (!isObject(kept) || kept.version_major !== 2 || !isObject(kept.state)) return found;
  for (const [id, widget] of Object.entries(kept.state)) {
    if (!isObject(widget) || !isObject(widget.state)) continue;
    found.set(id, {
      // Their names stand beside the state, and not always in it.
      state: {
        ...widget.state,
        _model_name: widget.model_name ?? "",
        _model_module: widget.model_module ?? "",
        _model_module_version: widget.model_module_version ?? "",
      },
      buffers: buffersOf(widget.buffers),
    });
  }
  return found;
}

function buffersOf(value: unknown): SavedWidget["buffers"] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((buffer) =>
    isObject(buffer) && Array.isArray(buffer.path) && typeof buffer.data === "string"
      ? [{ path: buffer.path, data: buffer.data }]
      : [],
  );
}

/** Pixels that the pictures in a widget's Output widgets take one below the other, to be reserved for it. */
export function picturesHeight(widgets: Map<string, SavedWidget>, id: string): number {
  const seen = new Set<string>();
  const visit = (each: string): number => {
    const widget = widgets.get(each);
    if (!widget || seen.has(each)) return 0;
    seen.add(each);
    const own = Array.isArray(widget.state.outputs) ? widget.state.outputs.map(heightOf) : [];
    // A widget names others as `IPY_MODEL_` with their ids.
    const others = [widget.state.children ?? []].flat().map((child) => {
      const name = typeof child === "string" ? child : "";
      return name.startsWith("IPY_MODEL_") ? visit(name.slice("IPY_MODEL_".length)) : 0;
    });
    return [...own, ...others].reduce((sum, height) => sum + height, 0);
  };
  return visit(id);
}

function heightOf(output: unknown): number {
  const data = isObject(output) && isObject(output.data) ? output.data : {};
  const png = data["image/png"];
  if (typeof png !== "string") return 0;
  return imageSize({ mediaType: "image/png", bytes: Buffer.from(png, "base64") })?.height ?? 0;
}
