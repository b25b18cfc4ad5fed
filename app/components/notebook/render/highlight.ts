import {
  type BundledLanguage,
  bundledLanguages,
  createCssVariablesTheme,
  createHighlighter,
  createJavaScriptRegexEngine,
  type Highlighter,
} from "shiki";
import { escapeHtml, markSafe, type SafeHtml } from "./safe-html.ts";

const theme = createCssVariablesTheme({ name: "tokens", variablePrefix: "--", fontStyle: false });
/** Past this, colour costs more than it gives. */
const longest = 120_000;

const shared = globalThis as typeof globalThis & { colophonHighlighter?: Promise<Highlighter> };

function highlighter(): Promise<Highlighter> {
  shared.colophonHighlighter ??= createHighlighter({
    themes: [theme],
    langs: ["python"],
    engine: createJavaScriptRegexEngine({ forgiving: true }),
  });
  return shared.colophonHighlighter;
}

const aliases: Record<string, string> = {
  ipython: "python",
  ipython3: "python",
  python3: "python",
  ir: "r",
  octave: "matlab",
  xcpp17: "cpp",
  "c++": "cpp",
  sh: "bash",
};

function languageOf(name: string | null | undefined): BundledLanguage | null {
  const lower = name?.toLowerCase() ?? "";
  const known = aliases[lower] ?? lower;
  return known in bundledLanguages ? (known as BundledLanguage) : null;
}

/** IPython's magics are not Python: `%%bash` makes the cell bash, other magic lines stay plain. */
function cellLanguage(
  code: string,
  language: string | null | undefined,
): string | null | undefined {
  const magic = /^%%(\w+)/.exec(code)?.[1];
  if (!magic) return language;
  return ["bash", "sh", "javascript", "html", "latex", "sql", "perl", "ruby", "r"].includes(
    magic.toLowerCase(),
  )
    ? magic
    : language;
}

/**
 * Code as HTML whose tokens carry classes (`tok-keyword` …), so that one set of CSS variables colours it in light
 * and dark. An unknown language, a very long text and a grammar that gives up all show plain text.
 */
export async function highlight(code: string, name: string | null | undefined): Promise<SafeHtml> {
  const language = languageOf(cellLanguage(code, name));
  if (!language || code.length > longest) return escapeHtml(code);
  const shiki = await highlighter();
  await shiki.loadLanguage(language);
  const lines = shiki.codeToTokensBase(code, {
    lang: language,
    theme,
    tokenizeMaxLineLength: 2_000,
    tokenizeTimeLimit: 200,
  });
  const html = lines.map((line) => line.map((token) => span(token)).join("")).join("\n");
  return markSafe(html);
}

function span(token: { content: string; color?: string }): string {
  const text = escapeHtml(token.content);
  const kind = /^var\(--token-([a-z-]+)\)$/.exec(token.color ?? "")?.[1];
  return kind && kind !== "punctuation" ? `<span class="tok-${kind}">${text}</span>` : text;
}
