const fence = /^ {0,3}(`{3,}|~{3,})/;
const environment =
  /^\s*\\begin\{(equation|align|alignat|gather|multline|eqnarray|flalign|displaymath|math)(\*?)\}/;

/**
 * LaTeX as KaTeX takes it: a few environments have other names there, labels have no place, and lines are not numbered
 * (Jupyter does not number them either).
 */
export function forKatex(tex: string): string {
  return tex
    .replace(/\\label\{[^}]*\}/g, "")
    .replace(/\\(begin|end)\{(?:displaymath|math)\}/g, "")
    .replace(/\\(begin|end)\{(eqnarray|flalign)\*?\}/g, "\\$1{align*}")
    .replace(/\\(begin|end)\{multline\*?\}/g, "\\$1{gather*}")
    .replace(/\\(begin|end)\{(equation|align|alignat|gather)\}/g, "\\$1{$2*}");
}

function block(tex: string): string[] {
  return ["", "$$", forKatex(tex.trim()), "$$", ""];
}

/**
 * Jupyter's ways of writing mathematics, brought to the one that remark-math reads: a display formula is a
 * block fenced by lines of `$$`. Handles `$$ … $$` on one line or several, `\[ … \]`, `\\[ … \\]` and bare
 * environments such as `\begin{align}`; `\( … \)` becomes inline. Code stays untouched.
 */
export function normaliseMath(source: string): string {
  const lines = source.split("\n");
  const result: string[] = [];
  let code: string | undefined;
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? "";
    const mark = fence.exec(line)?.[1];
    if (code) {
      if (mark?.startsWith(code)) code = undefined;
      result.push(line);
      continue;
    }
    if (mark) {
      code = mark;
      result.push(line);
      continue;
    }
    const display = readDisplay(lines, index);
    if (display) {
      result.push(...block(display.tex));
      if (display.rest.trim()) result.push(display.rest);
      index = display.last;
    } else {
      result.push(inlineParentheses(line));
    }
  }
  return result.join("\n");
}

function inlineParentheses(line: string): string {
  return line.replace(/\\{1,2}\((.+?)\\{1,2}\)/g, (whole, tex: string) =>
    whole.startsWith("\\\\(") === /\\\\\)$/.test(whole) ? `$${tex}$` : whole,
  );
}

interface Display {
  tex: string;
  /** Index of the last line that belongs to it. */
  last: number;
  /** What follows the closing mark on that line. */
  rest: string;
}

function readDisplay(lines: string[], start: number): Display | undefined {
  const line = lines[start] ?? "";
  const named = environment.exec(line);
  if (named) {
    return readUntil(lines, start, 0, `\\end{${named[1]}${named[2]}}`, true);
  }
  const opening = /^\s*(\$\$|\\{1,2}\[)/.exec(line);
  if (!opening?.[1]) return undefined;
  const closing = opening[1] === "$$" ? "$$" : opening[1].replace("[", "]");
  return readUntil(lines, start, opening[0].length, closing, false);
}

/** Formulas end within a paragraph's reach: an opening mark without its end is ordinary text. */
function readUntil(
  lines: string[],
  start: number,
  offset: number,
  closing: string,
  keepClosing: boolean,
): Display | undefined {
  const parts: string[] = [];
  for (let index = start; index < Math.min(lines.length, start + 200); index++) {
    const text = index === start ? (lines[index] ?? "").slice(offset) : (lines[index] ?? "");
    const end = text.indexOf(closing);
    if (end >= 0) {
      parts.push(text.slice(0, keepClosing ? end + closing.length : end));
      return { tex: parts.join("\n"), last: index, rest: text.slice(end + closing.length) };
    }
    parts.push(text);
  }
  return undefined;
}
