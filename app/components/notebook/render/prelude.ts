import type { Cell } from "#lib/notebooks/index.ts";
import { present } from "./bundle.ts";

/**
 * Whether an HTML output shows nothing and only brings scripts or styles, as chart libraries do once before the first
 * chart: later outputs need it in their own frames. An empty element with a name is a place that a script draws into.
 */
export function isPrelude(html: string): boolean {
  if (!/<script[\s>]/i.test(html)) return false;
  const visible = html
    .replace(/<script\b[^>]*>[\s\S]*?<\/script\s*>/gi, "")
    .replace(/<style\b[^>]*>[\s\S]*?<\/style\s*>/gi, "")
    .replace(/<!--[\s\S]*?-->/g, "");
  if (/<(?:div|span)\s(?:[^>]{0,300}\s)?id\s*=/i.test(visible)) return false;
  const rest = visible.replace(/<\/?(?:div|span|html|head|body|meta|link)\b[^>]*>/gi, "");
  return rest.trim() === "";
}

/** What the outputs before this one only bring scripts by, in order: a chart needs its library in its own frame. */
export function preludesBefore(cells: Cell[], cell: number, output: number): string[] {
  return cells.slice(0, cell + 1).flatMap((each, at) => {
    if (each.cell_type !== "code") return [];
    const before = at === cell ? each.outputs.slice(0, output) : each.outputs;
    return before.flatMap((item) => {
      if (item.output_type !== "display_data" && item.output_type !== "execute_result") return [];
      const shown = present(item.data);
      const isShared = shown?.kind === "frame" && shown.type === "text/html";
      return isShared && isPrelude(shown.text) ? [shown.text] : [];
    });
  });
}
