import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { notebook } from "#test/support/papers.ts";
import { gitDaemon, makeRepository } from "#test/support/repository.ts";
import { type RunningSystem, startSystem } from "#test/support/running-system.ts";

// A system of its own: it may fetch from the git server of this machine.
let system: RunningSystem;
let base: string;
let daemon: Awaited<ReturnType<typeof gitDaemon>>;
let address: string;

test.describe.configure({ timeout: 600_000 });
test.use({ permissions: ["clipboard-read", "clipboard-write"], actionTimeout: 30_000 });

test.beforeAll(async () => {
  base = await mkdtemp(path.join(tmpdir(), "colophon-v2-"));
  daemon = await gitDaemon(base);
  address = `git://127.0.0.1:${daemon.port}/paper`;
  await makeRepository(path.join(base, "paper"), [
    { message: "only", files: { "paper.ipynb": notebook("From a link") } },
  ]);
  system = await startSystem({
    COLOPHON_EXAMPLES: "off",
    COLOPHON_FETCH_ALLOW: `127.0.0.1:${daemon.port}`,
  });
});
test.afterAll(async () => {
  await system?.stop();
  await daemon?.close();
  await rm(base, { recursive: true, force: true });
});

const launchPage = (ref: string) => `${system.url}/v2/git/${encodeURIComponent(address)}/${ref}`;
const provider = (page: Page) => page.locator('select[name="provider"]');
const repository = (page: Page) => page.locator('input[name="repository"]');
const ref = (page: Page) => page.getByLabel("Branch, tag or commit");

async function fitsWindow(page: Page): Promise<void> {
  const wider = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
  expect(await page.evaluate(wider), "it scrolls sideways").toBeLessThanOrEqual(0);
}

const copied = (page: Page) => page.evaluate(() => navigator.clipboard.readText());

test("the form makes a link and badges to copy, and launches the repository's notebook", async ({
  page,
}) => {
  await page.goto(`${system.url}/v2`);
  await expect(page.getByText("The link and the badge appear here")).toBeVisible();
  await repository(page).fill(address);
  await expect(page.getByLabel("From").first()).toHaveAttribute("name", "provider");
  await expect(provider(page), "the address says whose it is").toHaveValue("git");
  await expect(page.getByText("URL of a git repository")).toBeVisible();
  await ref(page).fill("main");
  await page.getByLabel("Notebook or file to open").fill("paper.ipynb");
  const link = `${launchPage("main")}?labpath=paper.ipynb`;
  await expect(page.getByRole("status", { name: "Link" })).toHaveText(link);
  await page.getByRole("button", { name: "Copy link" }).click();
  await expect(page.getByRole("button", { name: "Copied" })).toBeVisible();
  expect(await copied(page)).toBe(link);

  const image = `${system.url}/badge_logo.svg`;
  const badges = {
    Markdown: `[![Launch](${image})](${link})`,
    reStructuredText: `.. image:: ${image}\n   :target: ${link}\n   :alt: Launch`,
    HTML: `<a href="${link}"><img src="${image}" alt="Launch"></a>`,
  };
  for (const [notation, text] of Object.entries(badges)) {
    await page.getByRole("tab", { name: notation }).click();
    await expect(page.getByRole("tabpanel").locator("code")).toHaveText(text);
    await page.getByRole("button", { name: `Copy ${notation} badge` }).click();
    await expect.poll(() => copied(page)).toBe(text);
  }
  const badge = page.getByAltText("Badge: launch");
  await expect
    .poll(() => badge.evaluate((element) => (element as HTMLImageElement).naturalWidth))
    .toBeGreaterThan(0);

  await page.getByRole("button", { name: "Launch", exact: true }).click();
  await page.waitForURL(link);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(address);
  await expect(page.getByRole("list", { name: "Phases of the launch" })).toBeVisible();
  await page.waitForURL(/\/s\/[0-9a-z]{26}\/doc\/tree\/paper\.ipynb$/, { timeout: 300_000 });
  expect(page.url(), "the token does not stay in the address").not.toContain("token");
  const title = page.locator(".jp-Notebook").getByRole("heading", { name: "From a link" });
  await expect(title).toBeVisible({ timeout: 90_000 });
});

test("another provider keeps what was typed, and says how it names things", async ({ page }) => {
  await page.goto(`${system.url}/v2`);
  await repository(page).fill("group/project");
  await ref(page).fill("develop");
  await page.getByLabel("Notebook or file to open").fill("index.ipynb");
  const link = page.getByRole("status", { name: "Link" });
  await expect(link).toHaveText(`${system.url}/v2/gh/group/project/develop?labpath=index.ipynb`);
  await provider(page).selectOption("gl");
  await expect(repository(page)).toHaveValue("group/project");
  await expect(link).toHaveText(`${system.url}/v2/gl/group%2Fproject/develop?labpath=index.ipynb`);
  await provider(page).selectOption("zenodo");
  await expect(ref(page)).toBeDisabled();
  await expect(link).toBeHidden();
  await expect(repository(page)).toHaveValue("group/project");
  await expect(page.getByText(/^Zenodo names things like this: 10\.5281/)).toBeVisible();
  await provider(page).selectOption("gh");
  await expect(ref(page)).toHaveValue("develop");
  await expect(link).toHaveText(`${system.url}/v2/gh/group/project/develop?labpath=index.ipynb`);
  await page.getByLabel("Which is a").selectOption("url");
  await expect(link).toHaveText(`${system.url}/v2/gh/group/project/develop?urlpath=index.ipynb`);
});

test("what cannot be launched is said in plain words, with what to do", async ({ page }) => {
  await page.goto(`${system.url}/v2`);
  await repository(page).fill("no repository");
  await expect(page.getByText(/^GitHub names things like this: owner\/repository/)).toBeVisible();
  await expect(repository(page)).toHaveAttribute("aria-invalid", "true");

  await page.goto(launchPage("nothing"));
  await expect(page.getByText("The repository has no “nothing”.")).toBeVisible();
  await expect(page.getByText("Give a branch, a tag or a commit that it has.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Launch again" })).toBeVisible();
  await page.goto(launchPage("main").replace("paper", "absent"));
  await expect(page.getByText("There is no public git repository at this address.")).toBeVisible();
  const inside = encodeURIComponent("http://10.0.0.1/r.git");
  await page.goto(`${system.url}/v2/git/${inside}/main`);
  await expect(page.getByText(/is not on the public Internet/).first()).toBeVisible();
  await expect(page.getByText(/ECONN|fetch failed|Error:/)).toHaveCount(0);

  await page.goto(`${system.url}/v2/gh/owner-alone`);
  await expect(page.getByRole("heading", { name: "This link cannot be launched" })).toBeVisible();
  await expect(page.getByText("After gh/ comes owner/repository/ref.")).toBeVisible();
  await page.getByRole("link", { name: "Make a link with the form" }).click();
  await page.waitForURL(`${system.url}/v2`);
});

test("on a telephone the form and the launch fit, up to the session's page", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 800 });
  await page.goto(`${system.url}/v2`);
  await repository(page).fill(address);
  await ref(page).fill("main");
  await expect(page.getByRole("status", { name: "Link" })).toHaveText(launchPage("main"));
  await fitsWindow(page);
  await page.getByRole("tab", { name: "reStructuredText" }).click();
  await fitsWindow(page);
  await page.getByRole("button", { name: "Launch", exact: true }).click();
  await page.waitForURL(launchPage("main"));
  await expect(page.getByRole("list", { name: "Phases of the launch" })).toBeVisible();
  await fitsWindow(page);
  await page.waitForURL(/\/session\/[0-9a-z]{26}$/, { timeout: 300_000 });
  await expect(page.locator("iframe")).toBeVisible();
  await fitsWindow(page);
});

test("without JavaScript the form is an ordinary one, and the launch says what it needs", async ({
  browser,
}) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${system.url}/v2`);
  await provider(page).selectOption("git");
  await repository(page).fill(address);
  await ref(page).fill("main");
  await page.getByRole("button", { name: "Launch", exact: true }).click();
  await page.waitForURL(launchPage("main"));
  const notice = page.locator("noscript .notice");
  await expect(notice).toBeVisible();
  await expect(notice).toContainText("Launching needs JavaScript");
  await context.close();
});
