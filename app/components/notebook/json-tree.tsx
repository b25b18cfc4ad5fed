const shown = 100;

/** JSON as nested, collapsible parts. Long lists and deep nests are cut with a count of what is left out. */
export function JsonTree({
  value,
  name,
  depth = 0,
}: {
  value: unknown;
  name?: string;
  depth?: number;
}) {
  const label = name === undefined ? null : <span className="tok-function">{name}: </span>;
  if (typeof value !== "object" || value === null) {
    const kind = typeof value === "string" ? "tok-string" : "tok-constant";
    return (
      <div>
        {label}
        <span className={kind}>{JSON.stringify(value)?.slice(0, 2_000)}</span>
      </div>
    );
  }
  const entries = Object.entries(value);
  const brackets = Array.isArray(value) ? "[]" : "{}";
  const summary = `${brackets[0]}${entries.length}${brackets[1]}`;
  if (entries.length === 0 || depth > 12) {
    return (
      <div>
        {label}
        {summary}
      </div>
    );
  }
  return (
    <details open={depth < 1}>
      <summary className="json-summary">
        {label}
        <span className="text-quiet">{summary}</span>
      </summary>
      <div>
        {entries.slice(0, shown).map(([key, child]) => (
          <JsonTree key={key} name={key} value={child} depth={depth + 1} />
        ))}
        {entries.length > shown && (
          <div className="text-quiet">… {entries.length - shown} more</div>
        )}
      </div>
    </details>
  );
}
