import { type LanguageSupport, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { tagHighlighter, tags } from "@lezer/highlight";

const aliases: Record<string, string> = {
  ipython: "python",
  ipython3: "python",
  python3: "python",
  ir: "r",
  bash: "shell",
  sh: "shell",
  zsh: "shell",
  matlab: "octave",
  js: "javascript",
  node: "javascript",
  typescript: "javascript",
};

/** The editor's understanding of a language; nothing for one that it does not know. */
export async function loadLanguage(name: string | null): Promise<Extension> {
  const lower = name?.toLowerCase() ?? "";
  switch (aliases[lower] ?? lower) {
    case "python":
      return (await import("@codemirror/lang-python")).python() satisfies LanguageSupport;
    case "r":
      return StreamLanguage.define((await import("@codemirror/legacy-modes/mode/r")).r);
    case "julia":
      return StreamLanguage.define((await import("@codemirror/legacy-modes/mode/julia")).julia);
    case "octave":
      return StreamLanguage.define((await import("@codemirror/legacy-modes/mode/octave")).octave);
    case "shell":
      return StreamLanguage.define((await import("@codemirror/legacy-modes/mode/shell")).shell);
    case "javascript":
      return StreamLanguage.define(
        (await import("@codemirror/legacy-modes/mode/javascript")).javascript,
      );
    default:
      return [];
  }
}

/** The same classes as printed code has, so that one set of colours serves both. */
export const colours: Extension = syntaxHighlighting(
  tagHighlighter([
    { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], class: "tok-keyword" },
    { tag: [tags.string, tags.special(tags.string), tags.regexp], class: "tok-string" },
    { tag: [tags.number, tags.bool, tags.null, tags.atom], class: "tok-constant" },
    { tag: [tags.comment], class: "tok-comment" },
    {
      tag: [tags.function(tags.variableName), tags.function(tags.definition(tags.variableName))],
      class: "tok-function",
    },
    { tag: [tags.definition(tags.className), tags.className], class: "tok-function" },
  ]),
);
