import { expect, type Page, test } from "@playwright/test";
import { paper } from "./archive.ts";
import { LivePage } from "./live-page.ts";

/** Presses Tab until what has the focus is named as wished; fails when the focus is not to be seen. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      if (!(element instanceof HTMLElement)) return null;
      const box = element.getBoundingClientRect();
      return {
        name: element.getAttribute("aria-label") ?? element.textContent ?? "",
        visible: box.width > 0 && box.height > 0,
      };
    });
    if (focused && name.test(focused.name.trim())) {
      expect(focused.visible).toBe(true);
      return;
    }
  }
  throw new Error(`Tab never came to ${name}`);
}

test("a reader finds and runs a paper with the keyboard alone", async ({ page }) => {
  const { title } = await paper("read a digit");
  await page.goto("/");
  await page.keyboard.press("Tab");
  await expect(page.locator(":focus")).toHaveText(/skip/i);
  await tabTo(page, new RegExp(`^${title.slice(0, 20)}`));
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/p\//);
  await tabTo(page, /^Run/);
  await page.keyboard.press("Enter");
  const live = new LivePage(page);
  await live.settled();
  await tabTo(page, /^Run cell \d/);
  await page.keyboard.press("Enter");
  await live.settled();
});
