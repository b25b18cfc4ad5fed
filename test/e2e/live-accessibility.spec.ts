import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { paper } from "./archive.ts";
import { LivePage } from "./live-page.ts";

async function check(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    .exclude("iframe")
    .analyze();
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  expect(
    serious.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`),
    what,
  ).toEqual([]);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow, `${what} scrolls sideways`).toBeLessThanOrEqual(0);
}

for (const { name, colorScheme, width } of [
  { name: "light, 1440 px", colorScheme: "light", width: 1440 },
  { name: "dark, 390 px", colorScheme: "dark", width: 390 },
] as const) {
  test(`axe finds nothing serious on a live page (${name})`, async ({ browser }) => {
    const { slug } = await paper("sixty years of carbon dioxide");
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
    const page = await context.newPage();
    await page.goto(`/p/${slug}`);
    const live = new LivePage(page);
    await live.run();
    await live.settled();
    await live.saved();
    const more = live.bar().getByRole("button", { name: "More" });
    if (await more.isVisible()) await more.click();
    await check(page, "the live page");

    await page.reload();
    await expect(page.getByRole("button", { name: "Go on where you were" })).toBeVisible();
    await check(page, "the offer to go on");
    await page.getByRole("button", { name: "Go on where you were" }).click();
    await live.settled();
    if (await more.isVisible()) await more.click();
    await live.bar().getByRole("button", { name: "Stop" }).click();
    await expect(live.bar().getByText("You stopped this session")).toBeVisible();
    await check(page, "a page whose session has ended");
    await context.close();
  });
}
