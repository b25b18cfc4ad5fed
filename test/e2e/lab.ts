import { expect, type Page } from "@playwright/test";

/** JupyterLab as it is open in a page, with a notebook in front. */
export class Lab {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Waits until the notebook is shown. */
  async open(): Promise<void> {
    await this.#page.waitForURL(/\/s\/[0-9a-z]{26}\/lab/, { timeout: 120_000 });
    await this.#page.locator(".jp-Notebook .jp-Cell").first().waitFor({ timeout: 60_000 });
    await this.#page.getByText(/\| Idle$/).waitFor({ timeout: 60_000 });
  }

  /** The session's id and the address below which its server answers. */
  session(): { id: string; base: string } {
    const here = new URL(this.#page.url());
    const id = /\/s\/([0-9a-z]{26})\//.exec(here.pathname)?.[1] ?? "";
    return { id, base: `${here.origin}/s/${id}/` };
  }

  /** Runs every cell and waits until the kernel is idle and no cell waits any more. */
  async runAll(): Promise<void> {
    await this.#page.getByRole("menuitem", { name: "Run", exact: true }).click();
    await this.#page.getByRole("menuitem", { name: "Run All Cells", exact: true }).click();
    const waiting = this.#page.locator(".jp-InputPrompt").filter({ hasText: "[*]" });
    // Attached, not visible: the view is at the last cell by now, and cells out of view are not laid out.
    await waiting.first().waitFor({ state: "attached", timeout: 60_000 });
    await expect(waiting).toHaveCount(0, { timeout: 120_000 });
  }

  /** Replaces what a cell says, found by its present text, and leaves the editor. */
  async edit(text: string, replacement: string): Promise<void> {
    const cell = this.#page.locator(".jp-CodeCell").filter({ hasText: text }).first();
    await cell.scrollIntoViewIfNeeded();
    await cell.locator(".cm-line").filter({ hasText: text }).first().click();
    await this.#page.keyboard.press("Home");
    await this.#page.keyboard.press("Shift+End");
    await this.#page.keyboard.insertText(replacement);
    await this.#page.keyboard.press("Escape");
  }

  /** Saves the notebook and waits until the server has taken it. */
  async save(): Promise<void> {
    const saved = this.#page.waitForResponse(
      (response) =>
        response.request().method() === "PUT" && response.url().includes("/api/contents/"),
    );
    await this.#page.keyboard.press("Control+s");
    expect((await saved).status()).toBe(200);
  }

  /** The pictures of the notebook as saved: base64, in order. */
  async savedFigures(path: string): Promise<string[]> {
    const { base } = this.session();
    // Asked by the page itself: it has the cookie, and names below localhost resolve in browsers alone.
    const { content } = await this.#page.evaluate(
      async (address) => await (await fetch(address)).json(),
      `${base}api/contents/${encodeURI(path)}`,
    );
    return content.cells.flatMap((cell: { outputs?: { data?: Record<string, string> }[] }) =>
      (cell.outputs ?? []).flatMap((output) => output.data?.["image/png"] ?? []),
    );
  }
}
