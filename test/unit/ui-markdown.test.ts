import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import rehypeParse from "rehype-parse";
import { unified } from "unified";
import { describe, expect, it } from "vitest";
import { renderLatex } from "#app/components/notebook/render/katex.ts";
import { renderMarkdown } from "#app/components/notebook/render/markdown.ts";
import { normaliseMath } from "#app/components/notebook/render/math.ts";
import { walk } from "#app/components/notebook/render/sanitise.ts";

describe("mathematics in Jupyter's ways", () => {
  it.each([
    ["one line", "before\n$$ a + b $$\nafter", "before\n\n$$\na + b\n$$\n\nafter"],
    ["text on the fences' lines", "$$ a\n+ b $$ so", "\n$$\na\n+ b\n$$\n\n so"],
    ["brackets", "\\[ x \\]", "\n$$\nx\n$$\n"],
    ["doubled brackets", "\\\\[ x \\\\]", "\n$$\nx\n$$\n"],
    ["parentheses", "so \\(x\\) is", "so $x$ is"],
    [
      "a bare environment",
      "\\begin{align}\na &= b\n\\end{align}",
      "\n$$\n\\begin{align*}\na &= b\n\\end{align*}\n$$\n",
    ],
  ])("%s", (_, source, expected) => expect(normaliseMath(source)).toBe(expected));

  it("leaves code and unclosed marks alone", () => {
    const code = "```\n$$ a $$\n```\n$$ never closed";
    expect(normaliseMath(code)).toBe(code);
  });

  it("sets display and inline formulas", async () => {
    const html = await renderMarkdown("Let $x^2$ and\n$$\\frac{1}{2}$$\n");
    expect(html).toContain('class="katex"');
    expect(html).toContain("katex-display");
  });

  it("gives classes that the stylesheet of the pages knows", async () => {
    const sheet = await readFile(
      createRequire(import.meta.url).resolve("katex/dist/katex.min.css"),
      "utf8",
    );
    const html = `${await renderMarkdown("$a_n$")}${renderLatex("$b_n$")}`;
    const sizes = [...html.matchAll(/class="(\S*sizing) (reset-size6) (size3)/g)];
    expect(sizes).toHaveLength(2);
    for (const [, ...names] of sizes) expect(sheet).toContain(`.${names.join(".")}`);
  });

  it("shows a formula with a mistake as its source", async () => {
    expect(await renderMarkdown("$\\frac{$")).toContain("katex-error");
  });

  it("follows no link out of a formula", async () => {
    expect(await renderMarkdown("$\\href{javascript:alert(1)}{x}$")).not.toMatch(
      /href="javascript/,
    );
  });
});

describe("hostile Markdown", () => {
  const attacks = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "[x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    "![x](data:text/html,<script>)",
    '<a href="java&#10;script:alert(1)">x</a>',
    '<svg onload="alert(1)"><script>alert(1)</script></svg>',
    '<math><mtext><table><mglyph><style><img src=x onerror="alert(1)">',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    '<form action="https://evil.example"><button>Sign in</button></form>',
    '<style>*{background:url("https://evil.example")}</style>',
    '<div style="position:fixed;inset:0">cover</div>',
    '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    '<base href="https://evil.example">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "```html\n</code></pre><script>alert(1)</script>\n```",
    '```"><img/onerror=alert(1)>\nx\n```',
  ];
  it.each(attacks)("is harmless: %s", async (source) => {
    const html = await renderMarkdown(source);
    expect(html).not.toMatch(/<(script|iframe|style|form|meta|base|svg|button|object|embed)\b/i);
    walk(unified().use(rehypeParse, { fragment: true }).parse(html), ({ properties }) => {
      for (const name of Object.keys(properties)) expect(name).not.toMatch(/^on|^style$|^srcdoc$/i);
      for (const address of [properties.href, properties.src]) {
        expect(address ?? "").not.toMatch(
          /^\s*(javascript|data:(?!image\/(png|jpeg|gif|webp);base64))/i,
        );
      }
    });
  });

  it("keeps a stranger's ids apart from the page's", async () => {
    const html = await renderMarkdown('<p id="main">x</p>', { idPrefix: "cell-3" });
    expect(html).toContain('id="cell-3-main"');
  });
});

describe("places", () => {
  const place = {
    idPrefix: "cell-2",
    resolveFile: (path: string) => (path.startsWith("..") ? null : `/files/${path}`),
    attachments: { "a b.png": { "image/png": "aGk=" } },
    anchors: new Map([["2.-Method", "cell-7-1"]]),
  };
  it("resolves the version's own files and drops what leaves it", async () => {
    expect(await renderMarkdown("![x](fig/a.png)", place)).toContain('src="/files/fig/a.png"');
    expect(await renderMarkdown("![x](../a.png)", place)).not.toContain("src=");
  });
  it("shows attachments", async () => {
    expect(await renderMarkdown("![x](attachment:a%20b.png)", place)).toContain(
      'src="data:image/png;base64,aGk="',
    );
  });
  it("gives headings one level less and the outline's ids", async () => {
    expect(await renderMarkdown("# One\n## Two", place)).toBe(
      '<h2 id="cell-2-1">One</h2>\n<h3 id="cell-2-2">Two</h3>',
    );
  });
  it("leads Jupyter's in-page links to headings, and footnotes to their notes", async () => {
    expect(await renderMarkdown("[m](#2.-Method)", place)).toContain('href="#cell-7-1"');
    const html = await renderMarkdown("a[^1]\n\n[^1]: note", place);
    const target = /href="#(cell-2-[^"]*fn-1)"/.exec(html)?.[1];
    expect(html).toContain(`id="${target}"`);
  });
  it("colours code in fences", async () => {
    expect(await renderMarkdown("```python\ndef f(): pass\n```")).toContain('class="tok-keyword"');
  });
});
