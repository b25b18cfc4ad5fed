import { buffer } from "node:stream/consumers";
import { expect, test } from "@playwright/test";
import { ZipArchive } from "archiver";
import { notebook } from "../support/bundle.ts";
import { signUp } from "./archive.ts";

const citation = `cff-version: 1.2.0
message: Please cite it.
title: On the melting of snow in April
authors:
  - family-names: Meitner
    given-names: Lise
    orcid: https://orcid.org/0000-0002-1825-0097
abstract: Four winters of snow, and what became of them.
keywords: [snow, spring]
license: CC-BY-4.0
`;

async function zip(): Promise<Buffer> {
  const archive = new ZipArchive();
  archive.append(notebook("print('snow')"), { name: "paper/snow.ipynb" });
  archive.append("day,depth\n1,40\n2,31\n", { name: "paper/data/snow.csv" });
  archive.append(citation, { name: "paper/CITATION.cff" });
  const bytes = buffer(archive);
  await archive.finalize();
  return await bytes;
}

test("an author signs up, uploads a zip, finds the metadata filled in, publishes, sees the badge", async ({
  page,
}) => {
  await page.goto("/sign-up?next=/publish");
  await signUp(page, "Lise Meitner");
  await page.waitForURL("**/publish");

  const choosing = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose a zip or tar file" }).click();
  await (await choosing).setFiles({
    name: "snow.zip",
    mimeType: "application/zip",
    buffer: await zip(),
  });
  await page.waitForURL(/\/drafts\//);
  await expect(page.getByLabel("Title")).toHaveValue("On the melting of snow in April");
  await expect(page.getByLabel(/^Family name/)).toHaveValue("Meitner");
  await expect(page.getByLabel("ORCID iD")).toHaveValue("0000-0002-1825-0097");
  await expect(page.getByLabel("Abstract")).toHaveValue(/Four winters of snow/);
  await expect(page.getByRole("combobox", { name: "Licence" })).toHaveValue("CC-BY-4.0");

  await page.getByRole("button", { name: "Publish", exact: true }).click();
  const dialog = page.getByRole("alertdialog").or(page.getByRole("dialog"));
  await expect(dialog.getByText("This becomes permanent")).toBeVisible();
  await dialog.getByRole("button", { name: "Publish" }).click();
  await page.waitForURL(/\/p\/on-the-melting-of-snow-in-april/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(
    "On the melting of snow in April",
  );

  const badge = page.locator('img[src*="/badge/"]').first();
  await badge.scrollIntoViewIfNeeded();
  await expect(badge).toBeVisible();
  const picture = await page.request.get((await badge.getAttribute("src")) ?? "");
  expect(picture.headers()["content-type"]).toContain("image/svg+xml");
  await expect(page.getByRole("tab", { name: "Markdown" })).toBeVisible();
  await page.getByRole("link", { name: "snow.csv" }).first().click();
  await expect(page.getByRole("cell", { name: "40" })).toBeVisible();
});
