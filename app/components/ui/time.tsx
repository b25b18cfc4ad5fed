import { formatDate, formatRelative } from "./format.ts";

/** A date in full; hovering tells how long ago. */
export function Time({ iso, withTime = false }: { iso: string; withTime?: boolean }) {
  return (
    <time dateTime={iso} title={formatRelative(iso)} suppressHydrationWarning>
      {formatDate(iso, withTime)}
    </time>
  );
}
