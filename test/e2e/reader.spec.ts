import { expect, test } from "@playwright/test";
import { paper } from "./archive.ts";
import { LivePage } from "./live-page.ts";

test("a reader opens a DOI, runs the paper, moves a parameter, sees the figure change, and ends", async ({
  page,
}) => {
  const { doi, title } = await paper("sixty years of carbon dioxide");
  await page.goto(`/doi/${doi}`);
  await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
  await expect(page.getByText("test identifier, not registered").first()).toBeVisible();

  const live = new LivePage(page);
  await live.run();
  await live.settled();
  const before = await live.figures();
  expect(before.length).toBeGreaterThanOrEqual(2);

  await live.edit("SMOOTHING_YEARS = 5", "SMOOTHING_YEARS = 21");
  await page.getByRole("button", { name: "Run all" }).click();
  await expect.poll(async () => (await live.figures())[1], { timeout: 60_000 }).not.toBe(before[1]);
  await live.settled();
  await live.saved();
  const after = await live.figures();
  expect(after.length).toBe(before.length);

  await live.bar().getByRole("button", { name: "Stop" }).click();
  await expect(live.bar().getByText("You stopped this session")).toBeVisible();
});

test("what was published is untouched by what a reader did", async ({ request }) => {
  const { id } = await paper("sixty years of carbon dioxide");
  const file = await request.get(`/api/publications/${id}/versions/1/files/keeling-curve.ipynb`);
  expect(await file.text()).toContain("SMOOTHING_YEARS = 5");
});
