/** What a framed output may do: run its own scripts, show its own pictures. No network, no forms, no frames. */
export const framePolicy = [
  "sandbox allow-scripts",
  "default-src 'none'",
  "script-src 'unsafe-inline' 'unsafe-eval'",
  "style-src 'unsafe-inline'",
  "img-src data: blob:",
  "font-src data:",
  "media-src data: blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join("; ");

/** The same for a live page's frames; modules of controls come as text and are run from memory. */
export const livePolicy = framePolicy.replace("'unsafe-eval'", "'unsafe-eval' blob:");

const style = `
:root { color-scheme: light dark; --ink: light-dark(#1b1e23, #ebe8e1); --rule: light-dark(#dedacf, #353a43);
  --edge: light-dark(#87837a, #7d828c); background: light-dark(#fdfcf9, #15171b); }
:root[data-theme="light"] { color-scheme: light; }
:root[data-theme="dark"] { color-scheme: dark; }
body { margin: 0; color: var(--ink); font: 13px/1.45 system-ui, sans-serif; overflow-x: auto; }
table { border-collapse: collapse; border-block: 1.5px solid var(--ink); font-variant-numeric: tabular-nums; }
th, td { padding: .32rem .85rem; text-align: right; } thead th { border-bottom: 1px solid var(--edge); }
tbody tr + tr { border-top: 1px solid var(--rule); } img, svg, canvas, video { max-width: 100%; }
pre { white-space: pre-wrap; }
.colophon-note { margin: .4rem 0; opacity: .8; }
.colophon-chart { color-scheme: light; background: #fff; color: #1b1e23; }
:root[data-theme="dark"] .colophon-chart { filter: brightness(.94); }
.colophon-chart :is(svg, canvas, img) { max-width: none; }
`;

/** Tells the page its height, and takes the page's theme. It stands before the output, which may be broken. */
const script = `
(() => {
  const tell = () => parent.postMessage({ type: "colophon:height", height: Math.ceil(Math.max(
    document.body ? document.body.getBoundingClientRect().bottom : 0,
    document.body ? document.body.scrollHeight : 0)) }, "*");
  addEventListener("message", (event) => {
    if (event.source !== parent || event.data?.type !== "colophon:theme") return;
    document.documentElement.dataset.theme = event.data.theme === "dark" ? "dark" : "light";
    tell();
  });
  addEventListener("DOMContentLoaded", () => { new ResizeObserver(tell).observe(document.body); tell(); });
  addEventListener("load", tell);
})();
`;

/**
 * The document of an HTML or JavaScript output, after what earlier outputs bring for it (`preludes`). It is served
 * with `framePolicy`, so that its origin is opaque however it is opened.
 */
export function frameDocument(type: string, content: string, preludes: string[] = []): string {
  const body =
    type === "application/javascript"
      ? `<div id="output"></div><script>{ const element = document.getElementById("output"); ${content}\n}</script>`
      : content;
  return whole(script, `${preludes.map((html) => `<div hidden>${html}</div>`).join("")}${body}`);
}

/** The document of a live page's frame: empty until its page says what to show. `main` is its script. */
export function frameShell(main: string): string {
  return whole(`${script}${main.replaceAll("</script", "<\\/script")}`, "");
}

function whole(scripts: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Output</title><style>${style}</style><script>${scripts}</script></head>
<body>${body}</body></html>`;
}

/** A height to reserve before the output tells its own: what the HTML says, else a middling one. */
export function expectedHeight(html: string): number {
  const stated = /height\s*[:=]\s*["']?(\d{2,4})(?:px|["'\s;])/i.exec(html)?.[1];
  return stated ? Math.min(900, Math.max(60, Number(stated) + 20)) : 320;
}
