"use client";
import { useMemo, useState } from "react";
import { ScrollBox } from "../ui/scroll-box.tsx";
import { type ChartTable, chartTables } from "./chart-table.ts";
import { JsonTree } from "./json-tree.tsx";

interface Props {
  /** The chart; null as long as it is not here yet. */
  json: string | null;
  caption: string;
  /** Called when the reader wants to see it. */
  onOpen?: () => void;
}

/** What a chart draws, as tables, or as JSON where it is none: for those who cannot see it, or want the numbers. */
export function ChartData({ json, caption, onOpen }: Props) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details
      className="output-fold"
      onToggle={({ currentTarget }) => {
        setOpen(currentTarget.open);
        if (currentTarget.open) onOpen?.();
      }}
    >
      <summary>Data of this chart</summary>
      {isOpen && json !== null && <Tables json={json} caption={caption} />}
    </details>
  );
}

/** A stranger's script may only look as if it held JSON. */
function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) return "The data of this chart cannot be read.";
    throw error;
  }
}

function Tables({ json, caption }: { json: string; caption: string }) {
  const { chart, tables } = useMemo(() => {
    const value = parse(json);
    return { chart: value, tables: chartTables(value) };
  }, [json]);
  if (tables.length === 0) {
    return (
      <div className="json-tree">
        <JsonTree value={chart} />
      </div>
    );
  }
  return tables.map((table, at) => <OneTable key={at} table={table} caption={caption} />);
}

function OneTable({ table, caption }: { table: ChartTable; caption: string }) {
  return (
    <ScrollBox className="output output-long" label={`${table.title}, data of ${caption}`}>
      <table className="data-table data-table-right">
        <caption>{table.title}</caption>
        <thead>
          <tr>
            {table.columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, at) => (
            <tr key={at}>
              {row.map((text, column) => (
                <td key={table.columns[column]}>{text}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {table.left > 0 && (
        <p className="hint">
          … {table.left.toLocaleString("en")} more rows: the whole is in the notebook file
        </p>
      )}
    </ScrollBox>
  );
}
