import type { Library } from "../../../frames/messages.ts";

/** A chart as data, for the library that draws it. */
export interface Chart {
  kind: "chart";
  type: string;
  library: Library;
  value: Record<string, unknown>;
  /** The same as JSON: what a frame is given. */
  json: string;
  /** Pixels that it will be high, as far as it says. */
  height: number;
}

const plotlyType = "application/vnd.plotly.v1+json";
/** Altair 6 writes a dot where the others have a plus. */
const vegaType = /^application\/vnd\.vega(?:\.v[56]|lite\.v[456])[+.]json$/;

/** A chart's JSON is wanted with every output that comes after it. */
const written = new WeakMap<object, string | null>();

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function jsonOf(value: object): string | null {
  const known = written.get(value);
  if (known !== undefined) return known;
  let json: string | null;
  try {
    json = JSON.stringify(value);
  } catch (error) {
    // Nested deeper than the engine's stack: no library would draw it either.
    if (!(error instanceof RangeError)) throw error;
    json = null;
  }
  written.set(value, json);
  return json;
}

function isPlotly(value: Record<string, unknown>): boolean {
  const { data = [], layout = {}, config = {}, frames = [] } = value;
  return (
    Array.isArray(data) &&
    data.every(isRecord) &&
    isRecord(layout ?? {}) &&
    isRecord(config ?? {}) &&
    (frames === null || Array.isArray(frames)) &&
    ("data" in value || "layout" in value)
  );
}

function isVega(value: Record<string, unknown>): boolean {
  return (
    typeof value.$schema === "string" ||
    ["mark", "marks", "layer", "concat", "hconcat", "vconcat", "facet", "repeat", "spec"].some(
      (key) => key in value,
    )
  );
}

function heightOf(library: Library, value: Record<string, unknown>): number {
  const stated =
    library === "plotly" && isRecord(value.layout) ? value.layout.height : value.height;
  const usual = library === "plotly" ? 450 : 320;
  const room = library === "plotly" ? 0 : 60;
  if (typeof stated !== "number" || !(stated > 0)) return usual;
  return Math.min(1_200, Math.max(60, stated + room));
}

/** The chart among an output's data; undefined where there is none, or one of a shape that no library takes. */
export function chartOf(data: Record<string, unknown>): Chart | undefined {
  for (const [type, value] of Object.entries(data)) {
    const library = type === plotlyType ? "plotly" : vegaType.test(type) ? "vega" : null;
    if (library === null || !isRecord(value)) continue;
    if (!(library === "plotly" ? isPlotly(value) : isVega(value))) continue;
    const json = jsonOf(value);
    if (json === null) continue;
    return { kind: "chart", type, library, value, json, height: heightOf(library, value) };
  }
  return undefined;
}
