import path from "node:path";
import { chromium } from "@playwright/test";
import { repositoryRoot } from "#lib/config.ts";
import { ensureBrowser, step } from "#lib/setup/index.ts";
import { startSystem } from "#test/support/running-system.ts";

// Makes the README's picture: a system of its own with the examples, the gallery at 1440 × 900.
const executablePath = await step("Browser", ensureBrowser);
const system = await step("A system with the examples", () => startSystem());
try {
  await step("Images of the examples", async () => {
    for (;;) {
      const response = await fetch(`${system.url}/api/publications`);
      const { items } = (await response.json()) as { items: { image: string }[] };
      if (items.length >= 7 && items.every(({ image }) => image === "built")) return;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  });
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(system.url);
  await page.getByRole("article").nth(5).waitFor();
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  await page.screenshot({ path: path.join(repositoryRoot, "docs/gallery.png") });
  await browser.close();
} finally {
  await system.stop();
}
