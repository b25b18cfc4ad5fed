import { expect, test } from "@playwright/test";
import { askAsOperator as ask, becomeAdministrator, paper } from "./archive.ts";

test("an administrator sees what runs, ends it, sets a limit, bans and lifts", async ({ page }) => {
  const { doi, title } = await paper("penguins");
  await page.goto("/admin");
  await expect(
    page.getByRole("heading", { name: "There is nothing at this address" }),
  ).toBeVisible();

  await becomeAdministrator(page);
  await page.goto("/me");
  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByRole("menuitem", { name: "Operation" }).click();
  await expect(page.getByRole("heading", { name: "Operation", level: 1 })).toBeVisible();
  await expect(page.getByRole("row", { name: /Engine that runs notebooks works/ })).toBeVisible();

  // What happens meanwhile is seen without a reload.
  const { id } = await ask<{ id: string }>("POST", "/api/sessions", { doi });
  await page.getByRole("link", { name: /of \d+ places/ }).click();
  const held = page.getByRole("table", { name: "Sessions that hold a place" });
  // Others of the same paper may still run.
  const row = held.locator(`[id="${id}"]`);
  await expect(row).toContainText(new RegExp(`running.*${title.slice(0, 12)}`), {
    timeout: 60_000,
  });
  await expect(row).toContainText(/[0-9.]+ MiB/);
  await row.getByRole("button", { name: /^End the session/ }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "End" }).click();
  await expect
    .poll(
      async () => (await ask<{ endReason: string | null }>("GET", `/api/sessions/${id}`)).endReason,
    )
    .toBe("operator");

  await page.getByRole("link", { name: "Limits", exact: true }).click();
  await page.getByLabel("Find a paper").fill("penguin");
  await page.getByRole("button", { name: "Find" }).click();
  const limit = page.getByLabel(`Most sessions at once of ${title}`);
  await limit.fill("0");
  await page.getByRole("button", { name: `Set the limit of ${title}` }).click();
  await expect(page.getByLabel(`Most sessions at once of ${title}`)).toHaveValue("0");
  const waiting = await ask<{ id: string; state: string; message: string }>(
    "POST",
    "/api/sessions",
    { doi },
  );
  expect(waiting.state).toBe("queued");
  await page.goto("/admin/sessions#queue");
  await expect(page.getByRole("table", { name: "Sessions that wait" })).toContainText(
    "another session of that paper: 1 of 1",
  );
  await page.goto("/admin/limits");
  await page.getByLabel(`Most sessions at once of ${title}`).fill("");
  await page.getByRole("button", { name: `Set the limit of ${title}` }).click();
  await expect
    .poll(async () => (await ask<{ state: string }>("GET", `/api/sessions/${waiting.id}`)).state, {
      timeout: 60_000,
    })
    .toBe("ready");

  await page.getByRole("link", { name: "Bans", exact: true }).click();
  await page.getByLabel("Who or what").fill("not an address");
  await page.getByLabel("Reason").fill("Scans ports.");
  await page.getByRole("button", { name: "Ban", exact: true }).click();
  await expect(page.getByText("That is no address and no network.")).toBeVisible();
  await page.getByLabel("Who or what").fill("203.0.113.0/24");
  await page.getByRole("button", { name: "Ban", exact: true }).click();
  const ban = page.getByRole("row", { name: /203\.0\.113\.0\/24 Scans ports\./ });
  await expect(ban).toBeVisible();
  await ban.getByRole("button", { name: "Lift the ban of 203.0.113.0/24" }).click();
  await expect(ban).toBeHidden();
  await ask("DELETE", `/api/admin/sessions/${waiting.id}`);

  for (const [name, heading] of [
    ["Warm pool", "Warm pool"],
    ["Builds", "Builds"],
    ["Jobs", "Jobs"],
    ["Images", "Images and disk"],
    ["People", "People"],
  ] as const) {
    await page.getByRole("link", { name, exact: true }).click();
    await expect(page.getByRole("heading", { name: heading, level: 1 })).toBeVisible();
  }
});
