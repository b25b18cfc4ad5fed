import type { Root } from "hast";
import rehypeKatex from "rehype-katex";
import rehypeRaw from "rehype-raw";
import rehypeSanitize from "rehype-sanitize";
import rehypeStringify from "rehype-stringify";
import remarkGfm from "remark-gfm";
import remarkMath from "remark-math";
import remarkParse from "remark-parse";
import remarkRehype from "remark-rehype";
import { unified } from "unified";
import { highlight } from "./highlight.ts";
import { katexOptions } from "./katex.ts";
import { normaliseMath } from "./math.ts";
import { escapeHtml, markSafe, type SafeHtml } from "./safe-html.ts";
import { dropDataLinks, schema, walk } from "./sanitise.ts";

/** What a piece of Markdown needs to know about where it stands. */
export interface MarkdownPlace {
  /** Address of a file that the text names relative to itself; null leaves it out. */
  resolveFile?: (path: string) => string | null;
  /** The cell's own pictures: name → media type → base64. */
  attachments?: Record<string, Record<string, string>>;
  /** Unique in the page: headings get `<prefix>-1`, `<prefix>-2` … in order; the text's own ids are put behind it. */
  idPrefix?: string;
  /** Where in-page links of Jupyter's kind (`#2.-Method`) go to: name → id. */
  anchors?: Map<string, string>;
}

/**
 * Markdown as notebooks and README files have it (GitHub's, with mathematics and raw HTML) as HTML that is safe in
 * the page: sanitised, links marked, files resolved, code coloured.
 */
export async function renderMarkdown(source: string, place: MarkdownPlace = {}): Promise<SafeHtml> {
  if (source.length > 500_000) return markSafe(`<pre>${escapeHtml(source)}</pre>`);
  const processor = unified()
    .use(remarkParse)
    .use(remarkGfm)
    .use(remarkMath)
    .use(remarkRehype, { allowDangerousHtml: true, clobberPrefix: "" })
    .use(rehypeRaw)
    .use(attachPictures, place)
    .use(rehypeSanitize, { ...schema, clobberPrefix: `${place.idPrefix ?? "text"}-` })
    .use(dropDataLinks)
    .use(finish, place)
    .use(colourCode)
    .use(rehypeKatex, katexOptions)
    .use(reachFormulas)
    .use(rehypeStringify);
  return markSafe(String(await processor.process(normaliseMath(source))));
}

/** `attachment:name` becomes the picture itself, before the sanitiser looks at its address. */
function attachPictures({ attachments }: MarkdownPlace) {
  return (tree: Root) => {
    walk(tree, (node) => {
      const source = node.properties.src;
      if (node.tagName !== "img" || typeof source !== "string") return;
      const name = /^attachment:(.+)$/.exec(source)?.[1];
      if (!name) return;
      const kept = attachments?.[safeDecode(name)] ?? {};
      const [type, data] = Object.entries(kept).find(([media]) => media.startsWith("image/")) ?? [];
      if (type && data) node.properties.src = `data:${type};base64,${data.replace(/\s+/g, "")}`;
      else delete node.properties.src;
    });
  };
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}

/** Headings move down by one level, so that the page keeps its one h1. */
function finish({ resolveFile, anchors, idPrefix = "text" }: MarkdownPlace) {
  return (tree: Root) => {
    let heading = 0;
    const wrapped = new Set<unknown>();
    walk(tree, (node) => {
      const level = /^h([1-6])$/.exec(node.tagName)?.[1];
      if (level) {
        heading += 1;
        node.properties.id = `${idPrefix}-${heading}`;
        node.tagName = `h${Math.min(6, Number(level) + 1)}`;
      }
      const href = node.properties.href;
      if (typeof href === "string" && href.startsWith("#")) {
        const name = safeDecode(href.slice(1));
        node.properties.href = `#${anchors?.get(name) ?? `${idPrefix}-${name}`}`;
      } else if (node.tagName === "a") finishLink(node.properties, resolveFile);
      if (node.tagName === "img") finishImage(node.properties, resolveFile);
      if (node.tagName === "input") {
        node.properties.ariaLabel = node.properties.checked ? "Done" : "Open";
      }
      if (node.tagName === "table" && !wrapped.has(node)) {
        wrapped.add(node);
        const table = { ...node };
        wrapped.add(table);
        node.tagName = "div";
        node.properties = {
          className: ["table-scroll"],
          tabIndex: 0,
          role: "group",
          ariaLabel: "Table",
        };
        node.children = [table];
      }
    });
  };
}

type Properties = Extract<Root["children"][number], { type: "element" }>["properties"];

function finishLink(properties: Properties, resolveFile: MarkdownPlace["resolveFile"]): void {
  const href = properties.href;
  if (typeof href !== "string") return;
  if (/^[a-z][a-z\d+.-]*:/i.test(href) || href.startsWith("//")) {
    properties.rel = ["nofollow", "noopener", "noreferrer"];
    return;
  }
  const resolved = resolveFile?.(href) ?? null;
  if (resolved) properties.href = resolved;
  else delete properties.href;
}

function finishImage(properties: Properties, resolveFile: MarkdownPlace["resolveFile"]): void {
  const source = properties.src;
  properties.loading = "lazy";
  properties.decoding = "async";
  properties.alt ??= "";
  if (typeof source !== "string" || source.startsWith("data:")) return;
  if (/^[a-z][a-z\d+.-]*:/i.test(source) || source.startsWith("//")) {
    properties.referrerPolicy = "no-referrer";
    return;
  }
  const resolved = resolveFile?.(source) ?? null;
  if (resolved) properties.src = resolved;
  else delete properties.src;
}

/** A display formula may be wider than the page: it scrolls, so it is a stop for the keyboard. */
function reachFormulas() {
  return (tree: Root) => {
    walk(tree, (node) => {
      const names = node.properties.className;
      if (!Array.isArray(names) || !names.includes("katex-display")) return;
      Object.assign(node.properties, { tabIndex: 0, role: "group", ariaLabel: "Formula" });
    });
  };
}

function colourCode() {
  return async (tree: Root) => {
    const work: Promise<void>[] = [];
    walk(tree, (node) => {
      if (node.tagName !== "pre") return;
      node.properties.tabIndex = 0;
      const code = node.children[0];
      if (code?.type !== "element" || code.tagName !== "code") return;
      const names = Array.isArray(code.properties.className) ? code.properties.className : [];
      const language = names
        .map(String)
        .find((name) => name.startsWith("language-"))
        ?.slice(9);
      const text = code.children
        .map((child) => (child.type === "text" ? child.value : ""))
        .join("");
      if (!language || language === "math") return;
      work.push(
        highlight(text.replace(/\n$/, ""), language).then((html) => {
          code.children = tokens(html);
        }),
      );
    });
    await Promise.all(work);
  };
}

/** The highlighter's flat HTML (text and classed spans) as tree nodes. */
function tokens(html: string): Extract<Root["children"][number], { type: "element" }>["children"] {
  return html
    .split(/(<span class="[\w-]+">[^<]*<\/span>)/)
    .filter(Boolean)
    .map((part) => {
      const match = /^<span class="([\w-]+)">([^<]*)<\/span>$/.exec(part);
      const value = unescapeHtml(match?.[2] ?? part);
      return match
        ? {
            type: "element",
            tagName: "span",
            properties: { className: [match[1] ?? ""] },
            children: [{ type: "text", value }],
          }
        : { type: "text", value };
    });
}

function unescapeHtml(text: string): string {
  return text
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, "&");
}
