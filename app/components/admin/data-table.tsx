interface Column<R> {
  head: string;
  /** Figures stand to the right, so that they can be compared. */
  isFigure?: boolean;
  cell: (row: R) => React.ReactNode;
}

interface Props<R> {
  /** What the table holds, for screen readers. */
  label: string;
  columns: Column<R>[];
  rows: R[];
  /** Also the row's anchor, to which figures and names elsewhere lead. */
  keyOf: (row: R) => string;
  /** Said instead of an empty table. */
  empty: string;
}

/**
 * A table whose rows become cards on a narrow screen, each figure with the head of its column. The roles are stated
 * because browsers drop those of table elements that are laid out otherwise.
 */
export function DataTable<R>({ label, columns, rows, keyOf, empty }: Props<R>) {
  if (rows.length === 0) return <p className="text-quiet">{empty}</p>;
  return (
    // biome-ignore-start lint/a11y/noRedundantRoles: see above
    <table role="table" aria-label={label} className="admin-table">
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(({ head, isFigure }) => (
            <th key={head} role="columnheader" scope="col" className={isFigure ? "figure" : ""}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr key={keyOf(row)} id={keyOf(row)} role="row">
            {columns.map(({ head, isFigure, cell }) => (
              <td key={head} role="cell" data-head={head} className={isFigure ? "figure" : ""}>
                <span>{cell(row)}</span>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
    // biome-ignore-end lint/a11y/noRedundantRoles: see above
  );
}
