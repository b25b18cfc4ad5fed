import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { type RunningSystem, startSystem } from "#test/support/running-system.ts";
import { strictBrowser } from "#test/support/strict-browser.ts";
import { signUp } from "./archive.ts";
import { Lab } from "./lab.ts";
import { checkLooks } from "./looks.ts";

// Long enough for JupyterLab to load on a busy machine, short enough to wait for.
const idleSeconds = 75;
const papers = ["penguins", "carbon dioxide"] as const;

let system: RunningSystem;
let browser: { context: BrowserContext; close: () => Promise<void> };

test.describe.configure({ timeout: 900_000 });

test.beforeAll(async () => {
  test.setTimeout(1_200_000);
  system = await startSystem({ COLOPHON_SESSION_IDLE: String(idleSeconds) });
  for (const words of papers) {
    await expect
      .poll(async () => (await paperOf(words)).image, { timeout: 1_100_000 })
      .toBe("built");
  }
  browser = await strictBrowser();
});
test.afterAll(async () => {
  await browser?.close();
  await system?.stop();
});

interface Paper {
  slug: string;
  doi: string;
  title: string;
  image: string;
}

/** A paper of the gallery; without a DOI while that is still being filled. */
async function paperOf(words: (typeof papers)[number]): Promise<Paper> {
  const response = await fetch(`${system.url}/api/publications?q=${encodeURIComponent(words)}`);
  const { items } = (await response.json()) as { items: Paper[] };
  return items[0] ?? { slug: "", doi: "", title: "", image: "none" };
}

/** Begins a session as the buttons of the pages do, and goes to its launch. */
async function launch(page: Page, doi: string, path: string): Promise<void> {
  const id = await page.evaluate(
    async (body) => {
      const response = await fetch("/api/sessions", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      return (await response.json()).id as string;
    },
    { doi, path },
  );
  await page.goto(`${system.url}/launch/${id}`);
}

test("with third-party cookies blocked: run, edit, be warned, extend, let it end, resume, and fork", async () => {
  const { doi, slug } = await paperOf("penguins");
  const page = await browser.context.newPage();
  await page.setViewportSize({ width: 1440, height: 900 });
  const paperUrl = `${system.url}/p/${slug}`;
  await page.goto(paperUrl);
  await launch(page, doi, "penguin-bills.ipynb");
  const lab = new Lab(page);
  await lab.open();
  const first = lab.id();
  // The frame is another site to this browser, whose cookies it withholds unless they are bound to this page.
  const cookies = await browser.context.cookies();
  const own = cookies.filter(({ domain }) => domain.startsWith(first));
  expect(own.map(({ name }) => name)).toContain("__Host-colophon-session");
  const bound = own.every((cookie) => Reflect.get(cookie, "partitionKey") !== undefined);
  expect(bound, JSON.stringify(own)).toBe(true);

  await lab.edit("import", "import math  # my own change");
  await lab.save();
  await expect(page.getByText(/^Saved \d\d:\d\d$/).first()).toBeVisible();
  await checkLooks(page, "the running session");

  const warning = page.getByRole("alertdialog", { name: "Are you still there?" });
  await warning.waitFor({ timeout: (idleSeconds + 30) * 1000 });
  await expect(page).toHaveTitle(/^Ends soon · /);
  await expect(page.getByRole("status", { includeHidden: true }).first()).toContainText(
    "This session ends in",
  );
  await expect(warning.getByText(/everything was saved at \d\d:\d\d/)).toBeVisible();
  await warning.getByRole("button", { name: "Keep going" }).click();
  await expect(warning).toBeHidden();
  await expect(page).not.toHaveTitle(/^Ends soon/);

  await warning.waitFor({ timeout: (idleSeconds + 30) * 1000 });
  await page.keyboard.press("Escape");
  await expect(warning).toBeHidden();
  await page.getByText("ended because nobody used it").waitFor({ timeout: 60_000 });
  await expect(page.getByRole("listitem").filter({ hasText: "penguin-bills.ipynb" })).toContainText(
    "changed",
  );
  await checkLooks(page, "the ended session");

  await page.goto(`${system.url}/me`);
  await page.getByRole("button", { name: /^Resume/ }).click();
  const again = new Lab(page);
  await again.open();
  expect(again.id()).not.toBe(first);
  await expect(again.inside.getByText("my own change").first()).toBeVisible();

  await page.getByRole("button", { name: "Save as fork" }).click();
  await page.waitForURL(/\/sign-in/);
  await page.getByRole("link", { name: "Create an account" }).click();
  await signUp(page, "Grace Hopper");
  await page.waitForURL(/\/drafts\//);
  await expect(page.getByText("Forked from")).toBeVisible();
  const draft = page.url();
  await page.goto(`${system.url}/me`);
  await expect(page.getByText("running").first()).toBeVisible();
  await checkLooks(page, "mine");
  await page.goto(`${draft}/preview`);
  await expect(page.getByText("my own change").first()).toBeVisible();
  await page.close();
});

test("a session is stopped, its files are downloaded, and Back leads to the paper", async () => {
  const { doi, slug, title } = await paperOf("carbon dioxide");
  const page = await browser.context.newPage();
  await page.setViewportSize({ width: 390, height: 800 });
  await page.goto(`${system.url}/p/${slug}`);
  await launch(page, doi, "");
  await page.waitForURL(/\/session\//, { timeout: 120_000 });
  await page.goBack();
  await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
  await page.getByRole("link", { name: "Go on where you were", exact: true }).click();
  await page.waitForURL(/\/session\//);
  await page.getByRole("button", { name: "More that you can do" }).click();
  const downloads = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: "Download" }).click();
  expect((await downloads).suggestedFilename()).toBe(`${slug}-session.zip`);
  await page.getByRole("button", { name: "More that you can do" }).click();
  await page.getByRole("menuitem", { name: "Stop" }).click();
  await page.getByRole("button", { name: "Stop the session" }).click();
  await page.getByText("You stopped this session").waitFor({ timeout: 60_000 });
  await expect(page.getByText("No file was changed in it.")).toBeVisible();
  await expect(page.getByRole("button", { name: /^Resume/ })).toBeVisible();
  await page.close();
});

test("where the browser keeps no cookie of the frame's, the page offers a tab of its own", async () => {
  const { doi, slug } = await paperOf("penguins");
  const page = await browser.context.newPage();
  await page.goto(`${system.url}/p/${slug}`);
  // As a browser that does not know cookies bound to a page: the frame gets what the gateway answers without one.
  await page.route(/\/\/[0-9a-z]{26}\.localhost/, async (route) => {
    if (route.request().frame() === page.mainFrame()) return await route.continue();
    const { pathname } = new URL(route.request().url());
    const refused = await fetch(system.gatewayUrl + pathname, { headers: { accept: "text/html" } });
    expect(refused.status).toBe(403);
    await route.fulfill({ status: 403, contentType: "text/html", body: await refused.text() });
  });
  await launch(page, doi, "");
  await page.waitForURL(/\/session\//, { timeout: 120_000 });
  const offer = page.getByRole("link", { name: "open the notebook there" });
  await offer.waitFor({ timeout: 60_000 });
  const opened = page.waitForEvent("popup");
  await offer.click();
  const tab = await opened;
  await tab.locator(".jp-LabShell").waitFor({ timeout: 90_000 });
  await tab.close();
  await page.close();
});
