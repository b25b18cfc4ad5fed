import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { askAsOperator, becomeAdministrator, paper, signUp } from "./archive.ts";

const schemes = ["light", "dark"] as const;
const widths = [1440, 390];

/** A page in both widths, the narrow one as if the window had been made so. */
async function check(page: Page, path: string): Promise<void> {
  await page.setViewportSize({ width: widths[0] ?? 0, height: 900 });
  await page.goto(path);
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    await checkLook(page, `${path} at ${width} px`);
  }
}

async function checkLook(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    // A session that has started meanwhile shows JupyterLab, whose pages are not ours.
    .exclude('iframe[sandbox~="allow-same-origin"]')
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    .analyze();
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  expect(
    serious.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`),
    what,
  ).toEqual([]);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow, `${what} scrolls sideways`).toBeLessThanOrEqual(0);
}

for (const colorScheme of schemes) {
  test(`axe finds nothing serious on any page (${colorScheme})`, async ({ browser }) => {
    const { slug, doi } = await paper("penguins");
    const context = await browser.newContext({ colorScheme });
    const page = await context.newPage();
    for (const path of ["/", "/?q=nothing+at+all", `/p/${slug}`, "/sign-in", "/nowhere"]) {
      await check(page, path);
    }
    await page.goto("/sign-up");
    await signUp(page, "Ada Lovelace");
    await page.waitForURL((url) => !url.pathname.startsWith("/sign-up"));
    for (const path of ["/publish", "/me"]) await check(page, path);
    const forked = await page.request.post("/api/forks", {
      data: { doi },
      headers: { origin: new URL(page.url()).origin },
    });
    const { id } = await forked.json();
    await check(page, `/drafts/${id}`);
    // The launch waits, so that its page stays for as long as it is looked at.
    await askAsOperator("PUT", `/api/admin/publications/${id}/limit`, { sessionLimit: 0 });
    const session = await page.request.post("/api/sessions", {
      data: { fork: id },
      headers: { origin: new URL(page.url()).origin },
    });
    const begun = (await session.json()).id;
    await check(page, `/launch/${begun}`);
    await page.request.delete(`/api/sessions/${begun}`, {
      headers: { origin: new URL(page.url()).origin },
    });
    await page.goto(`/session/${begun}`);
    await page.getByText("You stopped this session").waitFor();
    await check(page, `/session/${begun}`);
    await page.request.delete(`/api/publications/${id}/draft`, {
      headers: { origin: new URL(page.url()).origin },
    });
    await context.close();
  });
}

const adminPages = [
  "",
  "/sessions",
  "/pool",
  "/builds",
  "/jobs",
  "/images",
  "/limits",
  "/bans",
  "/people",
];

for (const colorScheme of schemes) {
  test(`axe finds nothing serious in the operator's view (${colorScheme})`, async ({ browser }) => {
    const context = await browser.newContext({ colorScheme });
    const page = await context.newPage();
    await becomeAdministrator(page);
    for (const path of adminPages) await check(page, `/admin${path}`);
    await context.close();
  });
}
