import { plainText } from "./plain-text.ts";
import type { Notebook } from "./types.ts";

/** A heading of the notebook. `cellId` is where to scroll to. */
export interface OutlineEntry {
  level: number;
  text: string;
  cellId: string;
}

/** The headings of the Markdown cells in order, as plain text. */
export function outline(notebook: Notebook): OutlineEntry[] {
  return notebook.cells.flatMap((cell) =>
    cell.cell_type === "markdown"
      ? headings(cell.source).map((heading) => ({ ...heading, cellId: cell.id }))
      : [],
  );
}

/** The title in the metadata, else the first first-level heading, else the first heading; null where there is none. */
export function notebookTitle(notebook: Notebook): string | null {
  const stated = notebook.metadata.title?.trim();
  if (stated) return plainText(stated, 300);
  const all = outline(notebook);
  return (all.find((heading) => heading.level === 1) ?? all[0])?.text ?? null;
}

/** The first paragraph of prose in the first Markdown cells: what the notebook says about itself. Markdown, or null. */
export function notebookAbstract(notebook: Notebook): string | null {
  for (const cell of notebook.cells.slice(0, 8)) {
    if (cell.cell_type !== "markdown") continue;
    const paragraph = firstParagraph(cell.source);
    if (paragraph) return paragraph;
  }
  return null;
}

/** The first paragraph of prose in a Markdown text: not a heading, list, table, badge, figure or line of authors. */
export function firstParagraph(markdown: string): string | null {
  const paragraphs = withoutFences(markdown.slice(0, 100_000)).split(/\n[ \t]*\n/);
  for (const block of paragraphs) {
    const lines = block.split("\n").filter((line) => !/^ {0,3}#{1,6}(?:\s|$)/.test(line));
    const paragraph = lines.join("\n").trim();
    if (paragraph === "" || /^(?:[|>]|[*+-]\s|\d+[.)]\s|\$\$|<)/.test(paragraph)) continue;
    if (/\n\s*(?:=+|-+)\s*(?:\n|$)/.test(paragraph)) continue;
    if (plainText(paragraph).length < 40) continue;
    return paragraph.slice(0, 5_000);
  }
  return null;
}

/** ATX and setext headings outside fenced code. */
export function headings(markdown: string): { level: number; text: string }[] {
  const lines = withoutFences(markdown.slice(0, 1_000_000)).split("\n");
  const found: { level: number; text: string }[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.length > 1_000) continue;
    const atx = /^ {0,3}(#{1,6})[ \t]+(.+)$/.exec(line);
    const under = /^ {0,3}(=+|-{2,})\s*$/.exec(lines[index + 1] ?? "");
    const text = plainText(atx ? (atx[2] ?? "").replace(/[ \t]+#+[ \t]*$/, "") : line, 300);
    if (text === "") continue;
    if (atx) found.push({ level: (atx[1] ?? "").length, text });
    else if (under && isParagraphLine(line)) {
      found.push({ level: under[1]?.startsWith("=") ? 1 : 2, text });
    }
  }
  return found;
}

function isParagraphLine(line: string): boolean {
  return /^ {0,3}[^\s#>|*+-]/.test(line);
}

function withoutFences(markdown: string): string {
  let fence: string | null = null;
  return markdown
    .replace(/\r\n?/g, "\n")
    .split("\n")
    .filter((line) => {
      const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
      if (fence === null) {
        if (mark) fence = mark;
        return !mark;
      }
      if (mark?.startsWith(fence) && line.trim() === mark) fence = null;
      return false;
    })
    .join("\n");
}
