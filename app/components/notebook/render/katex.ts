import katex from "katex";
import { forKatex } from "./math.ts";
import { escapeHtml, markSafe, type SafeHtml } from "./safe-html.ts";

/** How strangers' formulas are set: no links, no foreign HTML, bounded expansion; a mistake shows as its source. */
export const katexOptions = {
  throwOnError: false,
  strict: "ignore",
  trust: false,
  maxExpand: 500,
  maxSize: 20,
  errorColor: "currentColor",
} as const;

/** The formula in an output of type text/latex, as KaTeX takes it; null where it holds anything but one formula. */
export function texOf(source: string): string | null {
  const text = source.trim();
  const fenced = /^(\${1,2})([\s\S]+?)\1$/.exec(text);
  const tex = fenced?.[2] ?? (/^\\begin\{|^\\displaystyle/.test(text) ? text : undefined);
  return tex === undefined || tex.length > 50_000 ? null : forKatex(tex);
}

/** An output of type text/latex: formulas in dollars or an environment are set, anything else is shown as source. */
export function renderLatex(source: string): SafeHtml {
  const tex = texOf(source);
  if (tex === null) return escapeHtml(source);
  return markSafe(katex.renderToString(tex, { ...katexOptions, displayMode: true }));
}
