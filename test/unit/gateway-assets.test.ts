import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { Compressed, cacheControl, encodingFor, isAsset } from "#lib/gateway/assets.ts";
import { isLabInFrame, withFrameStorage } from "#lib/gateway/frame-storage.ts";

const s = "/s/0123456789abcdefghjkmnpqrs";
const immutable = "private, max-age=31536000, immutable";

test.each([
  [`${s}/static/lab/jlab_core.8811dd2733d03721.js?v=8811dd2733d03721`, immutable],
  [`${s}/static/lab/100.0a2b4c6d8e0f1234.js`, immutable],
  [`${s}/static/lab/style/font.0123456789abcdef0123.woff2`, immutable],
  [`${s}/lab/extensions/jupyterlab_pygments/static/remoteEntry.5cbb9d2323598fbda535.js`, immutable],
  [`${s}/lab/extensions/jupyterlab_pygments/static/style.js`, "private, no-cache"],
  [`${s}/static/favicon.ico?v=x`, "private, no-cache"],
  [`${s}/static/favicon.ico?v=8811dd2733d03721&token=x`, "private, no-cache"],
  [`${s}/files/figure.8811dd2733d03721.js`, undefined],
  [`${s}/api/contents/static/a.8811dd2733d03721.js`, undefined],
  [`${s}/lab/tree/static/a.8811dd2733d03721.js`, undefined],
])("%s is kept: %s", (url, expected) => {
  expect(cacheControl(url)).toBe(expected);
  expect(isAsset(url.split("?")[0] ?? "")).toBe(expected !== undefined);
});

const script = {
  "content-type": "application/javascript; charset=utf-8",
  "content-length": "5000",
};

test.each([
  ["gzip, deflate, br, zstd", 200, script, "br"],
  ["gzip", 200, script, "gzip"],
  ["br;q=0, gzip;q=0.5", 200, script, "gzip"],
  ["identity", 200, script, undefined],
  [undefined, 200, script, undefined],
  ["br", 206, script, undefined],
  ["br", 304, script, undefined],
  ["br", 200, { ...script, "content-encoding": "gzip" }, undefined],
  ["br", 200, { ...script, "content-length": "300" }, undefined],
  ["br", 200, { ...script, "content-length": String(1024 ** 3) }, undefined],
  ["br", 200, { "content-type": "text/css" }, undefined],
  ["br", 200, { ...script, "content-type": "text/event-stream" }, undefined],
  ["br", 200, { ...script, "content-type": "image/png" }, undefined],
  ["br", 200, { ...script, "content-type": "font/woff2" }, undefined],
])("who accepts %s gets %s %j in %s", (accepted, status, headers, expected) => {
  expect(encodingFor(accepted, status, headers)).toBe(expected);
});

test("a body is compressed once, and found by what it contains alone", async () => {
  const compressed = new Compressed();
  const body = Buffer.from("a line of a script;\n".repeat(500));
  const [first, second] = await Promise.all([
    compressed.of(body, "br"),
    compressed.of(Buffer.from(body), "br"),
  ]);
  expect(second).toBe(first);
  expect(brotliDecompressSync(first).equals(body)).toBe(true);
  expect(gunzipSync(await compressed.of(body, "gzip")).equals(body)).toBe(true);
  const other = Buffer.from(body);
  other[0] = 0x62;
  expect(brotliDecompressSync(await compressed.of(other, "br")).equals(other)).toBe(true);
});

test.each([
  [`${s}/lab`, "iframe", true],
  [`${s}/lab/tree/a.ipynb`, "iframe", true],
  [`${s}/lab/workspaces/auto-x/tree/a.ipynb`, "iframe", true],
  [`${s}/lab`, "document", false],
  [`${s}/lab`, undefined, false],
  [`${s}/lab/api/settings`, "iframe", false],
  [`${s}/lab/extensions/x/static/a.html`, "iframe", false],
  [`${s}/files/lab/a.html`, "iframe", false],
  [`${s}/labels`, "iframe", false],
])("%s for %s is JupyterLab's page in a frame: %s", (path, destination, expected) => {
  expect(isLabInFrame(path, destination)).toBe(expected);
});

test("the page's storage comes before its scripts, and is added once", () => {
  const page = '<!doctype html><html><head lang="en"><script src="a.js"></script></head>$&</html>';
  const text = withFrameStorage(Buffer.from(page)).toString();
  expect(text.indexOf("localStorage")).toBeLessThan(text.indexOf("a.js"));
  expect(text.startsWith('<!doctype html><html><head lang="en"><script>')).toBe(true);
  expect(text.endsWith('<script src="a.js"></script></head>$&</html>')).toBe(true);
  expect(withFrameStorage(Buffer.from("no page")).toString()).toBe("no page");
});
