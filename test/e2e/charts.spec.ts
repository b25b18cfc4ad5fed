import { expect, type FrameLocator, type Page, test } from "@playwright/test";
import { paper } from "./archive.ts";
import { chartsPaper } from "./charts-paper.ts";
import { LivePage } from "./live-page.ts";

/** Notes what chart libraries the page fetches, and what a chart's hostile title would do if it ran. */
function watch(page: Page): { libraries: string[]; dialogs: string[] } {
  const seen = { libraries: [] as string[], dialogs: [] as string[] };
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith("/frames/libraries/")) {
      seen.libraries.push(pathname.replace("/frames/libraries/", ""));
    }
  });
  page.on("dialog", (dialog) => {
    seen.dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  return seen;
}

/** Expects every chart of the paper to be drawn, and what is none to say why. */
async function expectDrawn(page: Page, at: (id: string) => number): Promise<void> {
  const frameOf = async (id: string): Promise<FrameLocator> => {
    const title = `iframe[title^='Interactive output, code cell ${at(id)},']`;
    await page.locator(title).scrollIntoViewIfNeeded();
    return page.frameLocator(title);
  };

  const points = await frameOf("plotly-points");
  await expect(points.locator(".scatterlayer path.point")).toHaveCount(3);
  await expect(points.locator(".barlayer .point")).not.toHaveCount(0);
  // The title's own marks are plotly's; what is none of them is text.
  await expect(points.locator(".gtitle")).toHaveText("Three points<img src=x onerror=alert(1)>");
  await expect(points.locator("img")).toHaveCount(0);
  const { width: room = 0 } = (await page.locator(".notebook").boundingBox()) ?? {};
  const { width = 0 } = (await points.locator(".main-svg").first().boundingBox()) ?? {};
  expect(width).toBeGreaterThan(room / 2);
  expect(width).toBeLessThanOrEqual(room);

  await expect((await frameOf("plotly-heat")).locator(".heatmaplayer image")).toHaveCount(1);
  const html = await frameOf("plotly-cdn");
  await expect(html.locator(".scatterlayer path.js-line")).toHaveCount(1);
  await expect(html.locator(".gtitle")).toHaveText("From HTML");

  for (const id of ["vega-html", "vega-six", "vega-five"]) {
    const bars = await frameOf(id);
    await expect(bars.locator("svg .mark-rect path")).toHaveCount(2);
    await expect(bars.getByText("Bars <img src=x onerror=alert(1)>").first()).toBeVisible();
    await expect(bars.locator("img")).toHaveCount(0);
  }
  const expression = (await frameOf("vega-vega")).locator("svg .mark-rect path");
  await expect(expression.last()).toHaveAttribute("fill", "firebrick");
  await expect(expression.first()).toHaveAttribute("fill", "steelblue");
  const remote = await frameOf("vega-remote");
  await expect(remote.getByText("Part of this chart is at vega.github.io.")).toBeVisible();

  const bokeh = await frameOf("bokeh-show");
  await expect(bokeh.locator("canvas").first()).toBeVisible();
  await expect(bokeh.getByText("Loading BokehJS")).toHaveCount(0);
  const old = await frameOf("bokeh-old");
  await expect(old.getByText("made with Bokeh 2.4.3")).toBeVisible();

  await expect(
    (await frameOf("malformed-nonsense")).getByText("This chart could not be drawn"),
  ).toBeVisible();
  await expect(page.locator("pre.output-text").getByText("a trace that is none")).toBeVisible();

  await expect((await frameOf("large")).locator(".barlayer .point").first()).toBeVisible();
}

test("published charts are drawn by libraries that the page fetches once, when they are needed", async ({
  page,
}) => {
  const { slug, at } = await chartsPaper();
  const seen = watch(page);
  const answer = await page.goto(`/p/${slug}`);
  expect((await answer?.text())?.length).toBeLessThan(2_000_000);
  await expectDrawn(page, at);
  expect(seen.libraries.sort()).toEqual(["bokeh", "plotly", "vega"]);
  expect(seen.dialogs).toEqual([]);

  // The numbers are there for those who do not see the drawing.
  const cell = page.getByRole("group", { name: `Code cell ${at("plotly-points")},` });
  await cell.getByText("Data of this chart").click();
  const table = page.getByRole("table", { name: "measured" });
  await expect(table.getByRole("row")).toHaveText(["xy", "14", "21", "37"]);
});

test("charts of a live paper are drawn as the published ones are", async ({ page }) => {
  const { slug, at } = await chartsPaper();
  const seen = watch(page);
  await page.goto(`/p/${slug}`);
  const live = new LivePage(page);
  await live.run();
  await live.settled();
  await expectDrawn(page, at);
  expect([...new Set(seen.libraries)].sort()).toEqual(["bokeh", "plotly", "vega"]);
  expect(seen.libraries).toHaveLength(3);
  expect(seen.dialogs).toEqual([]);
});

test("a chart in an Output widget is drawn too", async ({ page }) => {
  const { slug } = await paper("is the sun a clock");
  const seen = watch(page);
  await page.goto(`/p/${slug}`);
  const live = new LivePage(page);
  await live.run();
  await live.settled();
  // A page without such charts has fetched no library.
  expect(seen.libraries).toEqual([]);
  const figure = `{"application/vnd.plotly.v1+json": {"data": [{"y": [1, 3, 2]}]}}`;
  await live.edit(
    "PERIOD_YEARS = 11.0",
    `import ipywidgets; display(ipywidgets.Output(outputs=[{"output_type": "display_data", "data": ${figure}, "metadata": {}}]))`,
  );
  await page.keyboard.press("Control+Enter");
  const controls = page.frameLocator("iframe[title^='Controls, code cell 3,']");
  await expect(controls.locator(".scatterlayer path.js-line")).toHaveCount(1);
  expect(seen.libraries).toEqual(["plotly"]);
});

test("without JavaScript a chart is its text", async ({ browser }) => {
  const { slug } = await chartsPaper();
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`/p/${slug}`);
  await expect(page.locator("pre.output-text", { hasText: "Figure(" })).toBeVisible();
  await expect(page.getByText("Data of this chart").first()).toBeHidden();
  await context.close();
});
