import { expect, type Locator, type Page, test } from "@playwright/test";
import { tarOf } from "../support/bundle.ts";
import { Api } from "../support/system-api.ts";
import { paper } from "./archive.ts";
import { LivePage } from "./live-page.ts";

const url = process.env.COLOPHON_TEST_URL ?? "";

function cells(...sources: string[]): string {
  return JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: "python3", display_name: "Python 3" } },
    cells: sources.map((source, at) => ({
      cell_type: "code",
      id: `cell-${at}`,
      metadata: {},
      source,
      outputs: [],
      execution_count: null,
    })),
  });
}

/** Publishes a notebook of these cells; gives the page's address. */
async function publish(title: string, ...sources: string[]): Promise<string> {
  const api = new Api({ url }, process.env.COLOPHON_TEST_TOKEN);
  const { slug, doi } = await api.publish(await tarOf({ "paper.ipynb": cells(...sources) }), title);
  const { body } = await api.call("POST", "/api/builds", { doi });
  await api.until(`/api/builds/${body.id}`, (answer) => answer.body.state === "built");
  return `/p/${slug}`;
}

/** What a page of the session's own origin reads from its server. */
async function fromServer<T>(page: Page, path: string): Promise<T> {
  const id = await sessionOf(page);
  return await page.evaluate(
    async ([session, wanted]) => {
      const view = await (await fetch(`/api/sessions/${session}`)).json();
      const response = await fetch(`${view.browserUrl ?? view.url}${wanted}`, {
        headers: { authorization: `token ${view.token}` },
      });
      return await response.json();
    },
    [id, path] as const,
  );
}

async function sessionOf(page: Page): Promise<string> {
  const link = page.getByRole("link", { name: "Open in JupyterLab" }).first();
  return (await link.getAttribute("href"))?.split("/").at(-1) ?? "";
}

test("a parameter is moved, the figure changes, the published one is a toggle away, JupyterLab goes on", async ({
  page,
}) => {
  const { slug } = await paper("sixty years of carbon dioxide");
  await page.goto(`/p/${slug}`);
  const live = new LivePage(page);
  await live.run();
  await live.settled();
  const before = await live.figures();
  expect(before.length).toBeGreaterThanOrEqual(2);
  expect(page.url()).toContain(`/p/${slug}`);

  const field = page.getByRole("textbox", { name: "Smoothing years" });
  await field.fill("21");
  await field.press("Enter");
  await expect.poll(async () => (await live.figures())[1], { timeout: 60_000 }).not.toBe(before[1]);
  await live.settled();
  await expect(live.cell("SMOOTHING_YEARS =")).toContainText("SMOOTHING_YEARS = 21");

  const changed = page.locator(".live-cell").filter({ hasText: "figure differs" }).first();
  const shown = changed.locator(".cell-outputs img").first();
  const own = await shown.getAttribute("src");
  expect(own).toMatch(/^data:/);
  await changed.getByRole("button", { name: "Published" }).click();
  await expect(shown).toHaveAttribute("src", /^\/outputs\//);
  await changed.getByRole("button", { name: "Yours" }).click();
  await expect(shown).toHaveAttribute("src", own ?? "");

  await live.saved();
  const file = await fromServer<{ content: { cells: { source: string }[] } }>(
    page,
    "api/contents/keeling-curve.ipynb",
  );
  expect(file.content.cells.some(({ source }) => source.includes("SMOOTHING_YEARS = 21"))).toBe(
    true,
  );
  const [kernel, ...others] = await fromServer<{ id: string }[]>(page, "api/kernels");
  expect(others).toEqual([]);

  await page.getByRole("link", { name: "Open in JupyterLab" }).click();
  await page.waitForURL(/\/session\//);
  const lab = page.frameLocator('iframe[title^="Notebook:"]');
  await lab.locator(".jp-CodeCell").first().waitFor({ timeout: 90_000 });
  await expect(lab.getByText("SMOOTHING_YEARS = 21").first()).toBeVisible();
  await lab.getByText(/\| Idle$/).waitFor({ timeout: 60_000 });
  const cell = lab.locator(".jp-CodeCell").first();
  await cell.locator(".cm-content").click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText("print('still here', SMOOTHING_YEARS, len(trend))");
  await page.keyboard.press("Control+Enter");
  await expect(lab.getByText(/still here 21 \d+/).last()).toBeVisible({ timeout: 30_000 });

  await page.goto(`/p/${slug}`);
  await page.getByRole("button", { name: "Go on where you were" }).click();
  await live.settled();
  await expect(live.cell("SMOOTHING_YEARS = 21")).toBeVisible();
  const [same] = await fromServer<{ id: string }[]>(page, "api/kernels");
  expect(same?.id).toBe(kernel?.id);
  await page.getByRole("button", { name: "Stop", exact: true }).click();
});

test("questions, interrupting, errors, and going on after them", async ({ page }) => {
  const path = await publish(
    "A paper that asks",
    "name = input('Your name? ')\nprint('Hello', name)",
    "import time\nprint('waiting', flush=True)\ntime.sleep(60)",
    "print('after')",
    "print('one')\nraise ValueError('this went wrong')",
    "print('never')",
  );
  await page.goto(path);
  const live = new LivePage(page);
  await live.run();

  const answer = page.getByLabel("Your name?");
  await expect(answer).toBeFocused();
  await answer.fill("Ada");
  await answer.press("Enter");
  const outputs = (cell: Locator) => cell.locator(".cell-outputs");
  const [first, second, third, fourth, fifth] = [0, 1, 2, 3, 4].map((at) =>
    page.locator(".live-cell").nth(at),
  ) as [Locator, Locator, Locator, Locator, Locator];
  await expect(outputs(first).getByText("Hello Ada")).toBeVisible();
  await expect(outputs(second).getByText("waiting")).toBeVisible();
  await expect(second).toHaveAttribute("data-status", "running");
  await expect(third).toHaveAttribute("data-status", "queued");

  await page.getByRole("button", { name: "Interrupt" }).click();
  await expect(second).toHaveAttribute("data-status", "failed");
  await expect(
    outputs(second)
      .getByText(/KeyboardInterrupt/)
      .first(),
  ).toBeVisible();
  await expect(third).toHaveAttribute("data-status", "idle");

  await third.getByRole("button", { name: "More ways to run, cell 3" }).click();
  await page.getByRole("menuitem", { name: "Run this and all below" }).click();
  await expect(
    outputs(fourth)
      .getByText(/this went wrong/)
      .first(),
  ).toBeVisible();
  await expect(fourth).toHaveAttribute("data-status", "failed");
  await expect(outputs(third).getByText("after")).toBeVisible();
  await expect(fifth).toHaveAttribute("data-status", "idle");
  await live.saved();

  await page.reload();
  await page.getByRole("button", { name: "Go on where you were" }).click();
  await expect(page.getByText("Hello Ada")).toBeVisible();
  await expect(
    page
      .locator(".live-cell")
      .nth(3)
      .getByText(/this went wrong/)
      .first(),
  ).toBeVisible();
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await expect(live.bar().getByText("You stopped this session")).toBeVisible();
});

test("the keyboard works as in Jupyter, and nobody is trapped", async ({ page }) => {
  const path = await publish("A paper for the keyboard", "x = 1\nx", "x + 1");
  await page.goto(path);
  const live = new LivePage(page);
  await live.run();
  await live.settled();
  const first = page.locator(".live-cell").nth(0);
  const second = page.locator(".live-cell").nth(1);
  await first.focus();
  await page.keyboard.press("Enter");
  await expect(first.locator(".cm-content")).toBeFocused();
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("Shift+End");
  await page.keyboard.insertText("x = 41");
  await page.keyboard.press("Shift+Enter");
  await expect(second).toBeFocused();
  await page.keyboard.press("Control+Enter");
  await expect(second.locator(".cell-outputs").getByText("42")).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(second.locator(".cm-content")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(second).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(second.getByRole("button", { name: "Run cell 2" })).toBeFocused();
  await page.getByRole("button", { name: "Stop", exact: true }).click();
});
