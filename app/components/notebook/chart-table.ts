/** The numbers behind a chart, or behind a part of it, as text. */
export interface ChartTable {
  title: string;
  columns: string[];
  rows: string[][];
  /** Rows that are left out: a page is no place for a million of them. */
  left: number;
}

const mostTables = 12;
const mostRows = 200;
const mostColumns = 20;
const longestCell = 200;

/** Lists of a plotly trace that hold data, in the order in which a reader looks for them. */
const traceLists = [
  ...["x", "y", "z", "labels", "parents", "values", "text", "r", "theta", "lat", "lon"],
  ...["locations", "a", "b", "c", "open", "high", "low", "close", "base", "ids"],
];

type Json = Record<string, unknown>;

function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return text.slice(0, longestCell);
}

const typed = {
  i1: Int8Array,
  u1: Uint8Array,
  i2: Int16Array,
  u2: Uint16Array,
  i4: Int32Array,
  u4: Uint32Array,
  f4: Float32Array,
  f8: Float64Array,
} as const;

/** A list of a trace; plotly.py writes arrays as their bytes in base64. Null for tables in tables and what is broken. */
function listOf(value: unknown): ArrayLike<unknown> | null {
  if (Array.isArray(value)) return value.some((each) => Array.isArray(each)) ? null : value;
  if (!isRecord(value) || typeof value.bdata !== "string" || value.shape !== undefined) return null;
  if (typeof value.dtype !== "string" || !Object.hasOwn(typed, value.dtype)) return null;
  const List = typed[value.dtype as keyof typeof typed];
  const bytes = bytesOf(value.bdata);
  return bytes && bytes.length % List.BYTES_PER_ELEMENT === 0 ? new List(bytes.buffer) : null;
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}

function plotlyTables(traces: unknown[]): ChartTable[] {
  return traces.slice(0, mostTables).flatMap((trace, at) => {
    if (!isRecord(trace)) return [];
    const lists = traceLists.flatMap((name) => {
      const list = listOf(trace[name]);
      return list && list.length > 0 ? [{ name, list }] : [];
    });
    if (lists.length === 0) return [];
    const length = Math.max(...lists.map(({ list }) => list.length));
    const rows = Array.from({ length: Math.min(length, mostRows) }, (_, row) =>
      lists.map(({ list }) => cell(list[row])),
    );
    const title = typeof trace.name === "string" && trace.name ? trace.name : `Trace ${at + 1}`;
    const columns = lists.map(({ name }) => name);
    return [{ title: title.slice(0, longestCell), columns, rows, left: length - rows.length }];
  });
}

/** The named data of a Vega or Vega-Lite chart: beside its parts, or within them. */
function vegaData(spec: Json, depth = 0): { title: string; records: unknown[] }[] {
  if (depth > 8) return [];
  const named = isRecord(spec.datasets) ? Object.entries(spec.datasets) : [];
  const own = [spec.data]
    .flat()
    .flatMap((data) =>
      isRecord(data)
        ? [[typeof data.name === "string" ? data.name : "", data.values] as const]
        : [],
    );
  const parts = ["layer", "concat", "hconcat", "vconcat", "spec"].flatMap((key) =>
    [spec[key]].flat().filter(isRecord),
  );
  return [
    ...[...named, ...own].flatMap(([title, records]) =>
      Array.isArray(records) && records.length > 0 ? [{ title, records }] : [],
    ),
    ...parts.flatMap((part) => vegaData(part, depth + 1)),
  ];
}

function vegaTables(spec: Json): ChartTable[] {
  const found = vegaData(spec);
  return found.slice(0, mostTables).map(({ title, records }, at) => {
    const shown = records.slice(0, mostRows);
    const keys = new Set(shown.flatMap((each) => (isRecord(each) ? Object.keys(each) : ["value"])));
    const columns = [...keys].slice(0, mostColumns);
    const rows = shown.map((each) =>
      columns.map((key) => cell(isRecord(each) ? each[key] : key === "value" ? each : undefined)),
    );
    // Altair names what it was not given a name for by a hash.
    const isNamed = title !== "" && !/^data-[0-9a-f]{32}$/.test(title);
    const name = isNamed ? title.slice(0, longestCell) : `Data ${at + 1}`;
    return { title: name, columns, rows, left: records.length - rows.length };
  });
}

/** The tables behind a plotly, Vega or Vega-Lite chart; empty where its data are no plain lists. */
export function chartTables(chart: unknown): ChartTable[] {
  if (!isRecord(chart)) return [];
  const isVega = "$schema" in chart || "mark" in chart || "marks" in chart || "datasets" in chart;
  if (isVega || !Array.isArray(chart.data)) return vegaTables(chart);
  return plotlyTables(chart.data);
}
