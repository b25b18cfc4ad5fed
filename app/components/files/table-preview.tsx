import Papa from "papaparse";
import { formatBytes } from "../ui/format.ts";
import { ScrollBox } from "../ui/scroll-box.tsx";

const rowLimit = 100;
const columnLimit = 40;

interface Props {
  text: string;
  /** Of the whole file, in bytes; the text may be its beginning only. */
  size: number;
  isPart: boolean;
  name: string;
}

// As R, pandas and spreadsheets write what is not known.
function isMissing(value: string | undefined): boolean {
  return !value || /^(na|n\/a|nan|null|none|-)$/i.test(value.trim());
}

function isNumeric(value: string | undefined): boolean {
  return value !== undefined && value.trim() !== "" && Number.isFinite(Number(value));
}

/** The first rows of a CSV or TSV file as a table. The first row is taken for the head where it holds no number. */
export function TablePreview({ text, size, isPart, name }: Props) {
  const { data } = Papa.parse<string[]>(text, {
    preview: rowLimit + 2,
    skipEmptyLines: true,
    comments: "#",
  });
  // The last row of a part may be cut in the middle.
  const rows = (isPart && data.length <= rowLimit + 1 ? data.slice(0, -1) : data).slice(
    0,
    rowLimit + 1,
  );
  const hasHead = rows[0]?.every((value) => !isNumeric(value)) ?? false;
  const head = hasHead ? (rows[0] ?? []) : [];
  const body = (hasHead ? rows.slice(1) : rows).slice(0, rowLimit);
  const columns = Math.min(columnLimit, Math.max(0, ...rows.map((row) => row.length)));
  const indices = Array.from({ length: columns }, (_, index) => index);
  const right = indices.map((index) =>
    body.every((row) => isMissing(row[index]) || isNumeric(row[index])),
  );
  const isCut = isPart || data.length > body.length + (hasHead ? 1 : 0);
  return (
    <figure className="grid gap-2">
      <ScrollBox className="max-h-[32rem] overflow-auto" label={`Table: ${name}`}>
        <table className="data-table whitespace-nowrap">
          {hasHead && (
            <thead className="sticky top-0 bg-paper">
              <tr>
                {indices.map((index) => (
                  <th key={index} scope="col" align={right[index] ? "right" : "left"}>
                    {head[index]}
                  </th>
                ))}
              </tr>
            </thead>
          )}
          <tbody>
            {body.map((row, at) => (
              <tr key={at}>
                {indices.map((index) => (
                  <td key={index} align={right[index] ? "right" : "left"}>
                    {row[index]?.slice(0, 200)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
      <figcaption className="hint">
        {isCut
          ? `The first ${body.length} rows of ${formatBytes(size)}`
          : `All ${body.length} rows`}
        {columns === columnLimit && `, the first ${columnLimit} columns`}
      </figcaption>
    </figure>
  );
}
