import type { Root } from "hast";
import rehypeParse from "rehype-parse";
import rehypeSanitize, { defaultSchema, type Options } from "rehype-sanitize";
import rehypeStringify from "rehype-stringify";
import { unified } from "unified";
import { markSafe, type SafeHtml } from "./safe-html.ts";

const attributes = defaultSchema.attributes ?? {};

/** What strangers' HTML may contain in the page itself: GitHub's list, with mathematics' classes and captions. */
export const schema: Options = {
  ...defaultSchema,
  tagNames: [
    ...(defaultSchema.tagNames ?? []),
    "figure",
    "figcaption",
    "caption",
    "mark",
    "abbr",
    "colgroup",
    "col",
    "u",
    "small",
    "center",
  ],
  attributes: {
    ...attributes,
    code: [["className", /^language-[\w+-]+$/, "math-inline", "math-display"]],
    img: [...(attributes.img ?? []), "alt", "width", "height", "title"],
    th: [...(attributes.th ?? []), "align", "scope", "colSpan", "rowSpan"],
    td: [...(attributes.td ?? []), "align", "colSpan", "rowSpan"],
  },
  protocols: {
    ...defaultSchema.protocols,
    href: ["http", "https", "mailto", "doi"],
    src: ["http", "https", "data"],
  },
};

/** Only pictures may come as data: an SVG or HTML document in a data address stays out. */
export function dropDataLinks() {
  return (tree: Root) => {
    walk(tree, (node) => {
      const source = node.properties.src;
      if (typeof source !== "string" || !/^\s*data:/i.test(source)) return;
      if (!/^data:image\/(png|jpeg|gif|webp);base64,/i.test(source)) delete node.properties.src;
    });
  };
}

type Node = Root | Root["children"][number];
type ElementNode = Extract<Node, { type: "element" }>;

/** Calls `visit` for every element below `node`. */
export function walk(node: Node, visit: (element: ElementNode) => void): void {
  if (node.type === "element") visit(node);
  if ("children" in node) for (const child of node.children) walk(child, visit);
}

function textOf(node: Node): string {
  if (node.type === "text") return node.value;
  return "children" in node ? node.children.map(textOf).join("") : "";
}

/**
 * Tables as the page sets them: numbers flush right (pandas says so only by a style sheet that does not pass), and
 * no heading cell without a heading.
 */
function setTables() {
  return (tree: Root) => {
    walk(tree, (node) => {
      if (node.tagName === "th" && textOf(node).trim() === "") node.tagName = "td";
      if (node.tagName !== "table") return;
      delete node.properties.border;
      node.properties.className = ["data-table", "data-table-right"];
    });
  };
}

const staticHtml = unified()
  .use(rehypeParse, { fragment: true })
  .use(rehypeSanitize, { ...schema, strip: ["script", "style", "template"] })
  .use(dropDataLinks)
  .use(setTables)
  .use(rehypeStringify);

/** An HTML output without scripts (a pandas table, say) for the page itself. */
export function sanitiseHtml(html: string): SafeHtml {
  return markSafe(String(staticHtml.processSync(html)));
}
