import type { CompletionResult } from "@codemirror/autocomplete";
import type { LiveEngine } from "./engine.ts";

/** Positions in kernels' messages count code points; editors count UTF-16 units. */
function toCodePoints(text: string, units: number): number {
  return Array.from(text.slice(0, units)).length;
}

function toUnits(text: string, codePoints: number): number {
  return Array.from(text).slice(0, codePoints).join("").length;
}

/** What the kernel offers at a place in a cell's code; null where it offers nothing or is not there. */
export async function completeFrom(
  engine: LiveEngine | null,
  code: string,
  at: number,
): Promise<CompletionResult | null> {
  if (!engine) return null;
  const { content } = await engine.kernel.requestComplete({
    code,
    cursor_pos: toCodePoints(code, at),
  });
  if (content.status !== "ok" || content.matches.length === 0) return null;
  return {
    from: toUnits(code, content.cursor_start),
    to: toUnits(code, content.cursor_end),
    options: content.matches.slice(0, 500).map((label) => ({ label })),
    validFor: /^[\w.]*$/,
  };
}

/** What the kernel says of the name at a place in a cell's code; null where it says nothing. */
export async function inspectWith(
  engine: LiveEngine | null,
  code: string,
  at: number,
): Promise<string | null> {
  if (!engine) return null;
  const { content } = await engine.kernel.requestInspect({
    code,
    cursor_pos: toCodePoints(code, at),
    detail_level: 0,
  });
  if (content.status !== "ok" || !content.found) return null;
  const text = content.data["text/plain"];
  return typeof text === "string" ? text : null;
}
