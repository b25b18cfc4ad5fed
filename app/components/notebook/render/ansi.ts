import Anser from "anser";
import { escapeHtml, markSafe, type SafeHtml } from "./safe-html.ts";

/** Escape sequences that are not colours (titles, links, cursor moves) would show as rubbish. */
const [start, bell] = [String.fromCharCode(27), String.fromCharCode(7)];
const leftover = new RegExp(`${start}(?:\\][^${bell}]*${bell}?|\\[[\\d;?]*[A-Za-z]?)?`, "g");

/**
 * What a terminal would show in the end: a carriage return starts the line anew (progress bars), a backspace takes
 * one character back.
 */
export function settleTerminal(text: string): string {
  if (!text.includes("\r") && !text.includes("\b")) return text;
  return text
    .replace(/\r+\n/g, "\n")
    .split("\n")
    .map((line) => line.slice(line.replace(/\r+$/, "").lastIndexOf("\r") + 1).replace(/\r+$/, ""))
    .map(takeBack)
    .join("\n");
}

function takeBack(line: string): string {
  if (!line.includes("\b")) return line;
  const characters: string[] = [];
  for (const character of line) {
    if (character === "\b") characters.pop();
    else characters.push(character);
  }
  return characters.join("");
}

/** Text with ANSI colours, as streams and tracebacks have it, as HTML with classes (`ansi-red`, `ansi-bold` …). */
export function renderAnsi(text: string): SafeHtml {
  const entries = Anser.ansiToJson(settleTerminal(text), { use_classes: true, remove_empty: true });
  return markSafe(
    entries
      .map((entry) => {
        const content = escapeHtml(entry.content.replace(leftover, ""));
        const colour = /^ansi-(?:bright-)?[a-z]+$/.test(entry.fg ?? "") ? [entry.fg] : [];
        const classes = [...colour, ...entry.decorations.map((name) => `ansi-${name}`)];
        return classes.length > 0
          ? `<span class="${classes.join(" ")}">${content}</span>`
          : content;
      })
      .join(""),
  );
}
