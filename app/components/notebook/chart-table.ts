import { isRecord, listOf } from "./data-list.ts";

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

function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return text.slice(0, longestCell);
}

/** A table of lists side by side; null where all are empty. */
function sideBySide(
  title: string,
  named: (readonly [name: string, value: unknown])[],
): ChartTable | null {
  const lists = named.slice(0, mostColumns).flatMap(([name, value]) => {
    const list = listOf(value);
    return list && list.length > 0 ? [{ name: name.slice(0, longestCell), list }] : [];
  });
  if (lists.length === 0) return null;
  const length = Math.max(...lists.map(({ list }) => list.length));
  const rows = Array.from({ length: Math.min(length, mostRows) }, (_, row) =>
    lists.map(({ list }) => cell(list[row])),
  );
  const columns = lists.map(({ name }) => name);
  return { title: title.slice(0, longestCell), columns, rows, left: length - rows.length };
}

function plotlyTables(traces: unknown[]): ChartTable[] {
  return traces.slice(0, mostTables).flatMap((trace, at) => {
    if (!isRecord(trace)) return [];
    const title = typeof trace.name === "string" && trace.name ? trace.name : `Trace ${at + 1}`;
    const named = traceLists.map((name) => [name, trace[name]] as const);
    return sideBySide(title, named) ?? [];
  });
}

/** The data sources anywhere in a Bokeh document, which refers to each thing after it was first written out. */
function bokehSources(value: unknown, found: unknown[][], depth = 0): unknown[][] {
  if (typeof value !== "object" || value === null || depth > 100) return found;
  if ("name" in value && value.name === "ColumnDataSource" && "attributes" in value) {
    const data = isRecord(value.attributes) ? value.attributes.data : undefined;
    if (isRecord(data) && Array.isArray(data.entries)) found.push(data.entries);
    return found;
  }
  for (const child of Object.values(value)) bokehSources(child, found, depth + 1);
  return found;
}

function bokehTables(document: Json): ChartTable[] {
  return bokehSources(document, [])
    .slice(0, mostTables)
    .flatMap((entries, at) => {
      const named = entries.flatMap((entry) =>
        Array.isArray(entry) && typeof entry[0] === "string" ? [[entry[0], entry[1]] as const] : [],
      );
      return sideBySide(`Data ${at + 1}`, named) ?? [];
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

/** The tables behind a chart of plotly, Vega or Bokeh; empty where its data are no plain lists. */
export function chartTables(chart: unknown): ChartTable[] {
  if (!isRecord(chart)) return [];
  const isVega = "$schema" in chart || "mark" in chart || "marks" in chart || "datasets" in chart;
  if (isVega) return vegaTables(chart);
  return Array.isArray(chart.data) ? plotlyTables(chart.data) : bokehTables(chart);
}
