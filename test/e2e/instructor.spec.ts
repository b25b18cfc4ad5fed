import { expect, test } from "@playwright/test";
import { paper, signIn, signUp } from "./archive.ts";
import { Lab } from "./lab.ts";

test("an instructor forks an example, changes it, comes back to the change, publishes the fork", async ({
  browser,
}) => {
  const original = await paper("penguins");
  const first = await browser.newContext();
  let page = await first.newPage();
  await page.goto("/");
  await page.getByRole("searchbox").first().fill("penguins");
  await page.keyboard.press("Enter");
  await page.waitForURL(/q=penguins/);
  await page.getByRole("link", { name: original.title }).first().click();
  await page.getByRole("button", { name: "Fork" }).first().click();
  await page.waitForURL(/\/sign-in/);
  await page.getByRole("link", { name: "Create an account" }).click();
  await page.waitForURL(/\/sign-up/);
  const person = await signUp(page, "Emmy Noether");
  await page.waitForURL(/\/drafts\//);
  const draftUrl = page.url();
  await expect(page.getByText("Forked from")).toBeVisible();

  await page.getByRole("button", { name: /^Open/ }).click();
  const lab = new Lab(page);
  await lab.open();
  await lab.edit("import", "import math  # changed by the instructor");
  await lab.save();
  await first.close();

  const second = await browser.newContext();
  page = await second.newPage();
  await page.goto("/sign-in");
  await signIn(page, person);
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
  await page.goto("/me");
  await page
    .locator(`a[href="${new URL(draftUrl).pathname}"]`)
    .first()
    .click();
  await page.waitForURL(draftUrl);
  await page.getByRole("button", { name: /^Open/ }).click();
  const again = new Lab(page);
  await again.open();
  await expect(again.inside.getByText("changed by the instructor").first()).toBeVisible();

  await page.goto(draftUrl);
  await page.getByLabel("Title").fill("Penguins, for the class");
  await page.getByLabel("Title").blur();
  await expect(page.getByText("All changes are kept.")).toBeVisible();
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  const dialog = page.getByRole("alertdialog").or(page.getByRole("dialog"));
  await dialog.getByRole("button", { name: "Publish" }).click();
  await page.waitForURL(/\/p\//);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Penguins, for the class");
  await expect(page.getByText("changed by the instructor").first()).toBeVisible();
  const related = page.locator("#lineage");
  await expect(related.getByRole("link", { name: original.title })).toBeVisible();
  await page.goto(`/p/${original.slug}`);
  await expect(
    page.locator("#lineage").getByRole("link", { name: "Penguins, for the class" }),
  ).toBeVisible();
  await second.close();
});
