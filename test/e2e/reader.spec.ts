import { expect, test } from "@playwright/test";
import { paper } from "./archive.ts";
import { Lab } from "./lab.ts";

test("a reader opens a DOI, runs the paper, moves a parameter, sees the figure change, and ends", async ({
  page,
}) => {
  const { doi, title } = await paper("sixty years of carbon dioxide");
  await page.goto(`/doi/${doi}`);
  await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
  await expect(page.getByText("test identifier, not registered").first()).toBeVisible();

  await page.getByRole("button", { name: /^Run/ }).first().click();
  await page.waitForURL(/\/launch\//);
  const launchUrl = page.url();
  const lab = new Lab(page);
  await lab.open();
  await lab.runAll();
  await lab.save();
  const before = await lab.savedFigures("keeling-curve.ipynb");
  expect(before.length).toBeGreaterThanOrEqual(2);

  const figures = page.locator(".jp-OutputArea-output img");
  await figures.nth(1).scrollIntoViewIfNeeded();
  const shown = await figures.nth(1).getAttribute("src");
  await lab.edit("SMOOTHING_YEARS = 5", "SMOOTHING_YEARS = 21");
  await lab.runAll();
  await figures.nth(1).scrollIntoViewIfNeeded();
  await expect(figures.nth(1)).not.toHaveAttribute("src", shown ?? "");
  await lab.save();
  const after = await lab.savedFigures("keeling-curve.ipynb");
  expect(after.length).toBe(before.length);
  expect(after).not.toEqual(before);

  await page.goto(launchUrl);
  await page.getByRole("button", { name: "End the session" }).click();
  await expect(page.getByText("This session has ended")).toBeVisible();
  const { base } = { base: launchUrl.replace("/launch/", "/api/sessions/") };
  const answer = await page.request.get(base);
  expect((await answer.json()).state).toBe("ended");
});

test("what was published is untouched by what a reader did", async ({ request }) => {
  const { id } = await paper("sixty years of carbon dioxide");
  const file = await request.get(`/api/publications/${id}/versions/1/files/keeling-curve.ipynb`);
  expect(await file.text()).toContain("SMOOTHING_YEARS = 5");
});
