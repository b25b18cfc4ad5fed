import { describe, expect, it } from "vitest";
import { resolvePath } from "#app/components/notebook/place.ts";
import { renderAnsi, settleTerminal } from "#app/components/notebook/render/ansi.ts";
import { isStaticHtml, present } from "#app/components/notebook/render/bundle.ts";
import { framePolicy } from "#app/components/notebook/render/frame.ts";
import { highlight } from "#app/components/notebook/render/highlight.ts";
import { renderLatex } from "#app/components/notebook/render/katex.ts";
import { sanitiseHtml } from "#app/components/notebook/render/sanitise.ts";

describe("the richest safe form", () => {
  it.each([
    [
      "a plain table goes into the page",
      { "text/html": "<table><tr><td>1</td></tr></table>" },
      "table",
    ],
    ["HTML with a script goes into a frame", { "text/html": "<script>x</script>" }, "frame"],
    ["a table with a handler goes into a frame", { "text/html": "<table onclick=x()>" }, "frame"],
    ["JavaScript goes into a frame", { "application/javascript": "x()" }, "frame"],
    ["an SVG is a picture", { "image/svg+xml": "<svg/>", "text/plain": "x" }, "image"],
    [
      "a chart that needs the network gives way to its picture",
      { "text/html": '<script src="https://cdn.example/p.js">', "image/png": "aGk=" },
      "image",
    ],
    [
      "a widget falls back to text",
      { "application/vnd.jupyter.widget-view+json": {}, "text/plain": "IntSlider()" },
      "text",
    ],
    ["JSON is a tree", { "application/json": { a: 1 }, "text/plain": "x" }, "json"],
    [
      "an unknown JSON type is a tree where there is no text",
      { "application/vnd.x+json": {} },
      "json",
    ],
  ])("%s", (_, data, kind) => expect(present(data)?.kind).toBe(kind));

  it("shows nothing for what it does not know, nor for inherited names", () => {
    expect(present({ "application/octet-stream": "x" })).toBeUndefined();
    expect(present({ "text/plain": 7 })).toBeUndefined();
  });
});

describe("static HTML", () => {
  it("keeps tables and drops everything that acts or hides", () => {
    const html = sanitiseHtml(
      '<style>td{}</style><table border="1" style="x"><tr><td onclick="x()">1</td></tr></table><script>1</script>',
    );
    expect(html).toContain("<td>1</td>");
    expect(html).not.toMatch(/script|style|onclick|border/);
  });
  it("does not take a table with a frame or an image for static", () => {
    expect(isStaticHtml("<table><tr><td><img src=x></td></tr></table>")).toBe(false);
    expect(isStaticHtml("<p>no table</p>")).toBe(false);
  });
});

describe("terminal text", () => {
  it("keeps what a terminal would show in the end", () => {
    expect(settleTerminal("10%\r50%\r100%\ndone\r\n")).toBe("100%\ndone\n");
    expect(settleTerminal("abc\b\bX")).toBe("aX");
  });
  it("colours and escapes", () => {
    const html = renderAnsi("\u001b[1;31mError\u001b[0m <b>&\u001b]8;;http://x\u0007");
    expect(html).toContain('<span class="ansi-red ansi-bold">Error</span>');
    expect(html).toContain("&lt;b&gt;&amp;");
    expect(html).not.toContain("\u001b");
  });
});

describe("code", () => {
  it("is escaped in every token", async () => {
    const html = await highlight('x = "</code><script>" # <b>', "python");
    expect(html).not.toMatch(/<(?!\/?span)/);
    expect(html).toContain("tok-string");
  });
  it("of an unknown language is plain", async () => {
    expect(await highlight("<x>", "klingon")).toBe("&lt;x&gt;");
  });
});

describe("LaTeX", () => {
  it("sets formulas and shows the rest as source", () => {
    expect(renderLatex("$\\displaystyle x$")).toContain("katex");
    expect(renderLatex("\\section{<x>}")).toBe("\\section{&lt;x&gt;}");
  });
});

describe("frames", () => {
  it("have an opaque origin and no network", () => {
    expect(framePolicy).toContain("sandbox allow-scripts;");
    expect(framePolicy).toContain("default-src 'none'");
    expect(framePolicy).not.toMatch(/allow-same-origin|connect-src|https?:/);
  });
});

describe("paths relative to a notebook", () => {
  it.each([
    ["a/b.ipynb", "fig.png", "a/fig.png"],
    ["a/b.ipynb", "../fig%201.png?x#y", "fig 1.png"],
    ["b.ipynb", "../fig.png", null],
    ["b.ipynb", "/etc/passwd", null],
    ["b.ipynb", "%E0%A4%A", null],
  ])("%s → %s", (from, relative, expected) => expect(resolvePath(from, relative)).toBe(expected));
});
