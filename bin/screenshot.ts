import path from "node:path";
import { chromium } from "@playwright/test";
import { repositoryRoot } from "#lib/config.ts";
import { ensureBrowser, step } from "#lib/setup/index.ts";
import { imagesBuilt, startSystem } from "#test/support/running-system.ts";

// Makes the README's picture: a system of its own with the examples, the gallery at 1440 × 1360.
const executablePath = await step("Browser", ensureBrowser);
const system = await step("A system with the examples", () => startSystem());
try {
  await step("Images of the examples", () => imagesBuilt(system, 7));
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  const page = await browser.newPage({ viewport: { width: 1440, height: 1360 } });
  await page.goto(system.url);
  await page.getByRole("article").nth(5).waitFor();
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  await page.screenshot({ path: path.join(repositoryRoot, "examples/gallery.png") });
  await browser.close();
} finally {
  await system.stop();
}
