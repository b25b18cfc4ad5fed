import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "@playwright/test";
import { gitDaemon, makeRepository } from "#test/support/repository.ts";
import { type RunningSystem, startSystem } from "#test/support/running-system.ts";

// Where no names below the gateway's host lead to it: all sessions are under its one name.
let system: RunningSystem;
let base: string;
let daemon: Awaited<ReturnType<typeof gitDaemon>>;

const paper = JSON.stringify({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { kernelspec: { name: "python3", display_name: "Python 3", language: "python" } },
  cells: [
    {
      cell_type: "code",
      id: "a",
      metadata: {},
      source: "print('the answer is', 6 * 7)",
      execution_count: null,
      outputs: [],
    },
  ],
});

test.beforeAll(async () => {
  test.setTimeout(300_000);
  base = await mkdtemp(path.join(tmpdir(), "colophon-path-only-"));
  daemon = await gitDaemon(base);
  await makeRepository(path.join(base, "paper"), [
    { message: "only", files: { "paper.ipynb": paper } },
  ]);
  system = await startSystem({
    COLOPHON_EXAMPLES: "off",
    COLOPHON_FETCH_ALLOW: `127.0.0.1:${daemon.port}`,
    COLOPHON_GATEWAY_WILDCARD: "off",
  });
});
test.afterAll(async () => {
  await system?.stop();
  await daemon?.close();
  await rm(base, { recursive: true, force: true });
});

test("a session opens and runs code under the gateway's one name, and its page says what that means", async ({
  page,
}) => {
  test.setTimeout(600_000);
  const spec = `git/${encodeURIComponent(`git://127.0.0.1:${daemon.port}/paper`)}/main`;
  await page.goto(`${system.url}/v2/${spec}?labpath=paper.ipynb`);
  await page.waitForURL(
    (url) => url.origin === system.gatewayUrl && url.pathname.endsWith("/doc/tree/paper.ipynb"),
    { timeout: 300_000 },
  );
  const id = /\/s\/([0-9a-z]{26})\//.exec(page.url())?.[1] ?? "";
  expect(page.url(), "the token does not stay in the address").not.toContain("token");
  const cookies = await page.context().cookies(`${system.gatewayUrl}/s/${id}/`);
  const own = cookies.find(({ path: place }) => place === `/s/${id}/`);
  expect(own, JSON.stringify(cookies)).toMatchObject({ httpOnly: true });

  const cell = page.locator(".jp-CodeCell").first();
  await cell.waitFor({ timeout: 90_000 });
  await page.getByText(/\| Idle$/).waitFor({ timeout: 60_000 });
  await cell.locator(".cm-line").first().click();
  await page.keyboard.press("Shift+Enter");
  await expect(page.locator(".jp-OutputArea-output").first()).toContainText("the answer is 42");

  await page.goto(`${system.url}/session/${id}`);
  await expect(
    page.getByRole("heading", { name: "The notebook has a tab of its own" }),
  ).toBeVisible();
  await expect(page.getByText("Notebooks are kept apart less well on this site")).toBeVisible();
  await expect(page.getByText(/What runs in one can reach the others/)).toBeVisible();
  await expect(page.locator("iframe")).toHaveCount(0);
  await page.setViewportSize({ width: 390, height: 800 });
  const overflow = () =>
    document.documentElement.scrollWidth - document.documentElement.clientWidth;
  expect(await page.evaluate(overflow)).toBeLessThanOrEqual(0);
  const opening = page.waitForEvent("popup");
  await page.getByRole("link", { name: "Open the notebook" }).click();
  const tab = await opening;
  await tab.waitForURL((url) => url.href.startsWith(`${system.gatewayUrl}/s/${id}/`));
  await tab.locator(".jp-LabShell").waitFor({ timeout: 90_000 });
});
