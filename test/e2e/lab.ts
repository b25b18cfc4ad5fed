import { expect, type FrameLocator, type Page } from "@playwright/test";

/** JupyterLab as it is open in the frame of a session's page, with a notebook in front. */
export class Lab {
  readonly #page: Page;
  /** What is inside the frame. */
  readonly inside: FrameLocator;

  constructor(page: Page) {
    this.#page = page;
    this.inside = page.frameLocator('iframe[title^="Notebook:"]');
  }

  /** Waits until the notebook is shown. */
  async open(): Promise<void> {
    await this.#page.waitForURL(/\/session\/[0-9a-z]{26}$/, { timeout: 120_000 });
    await this.inside.locator(".jp-Notebook .jp-Cell").first().waitFor({ timeout: 90_000 });
    await this.inside.getByText(/\| Idle$/).waitFor({ timeout: 60_000 });
  }

  /** The session's id. */
  id(): string {
    return /\/session\/([0-9a-z]{26})/.exec(this.#page.url())?.[1] ?? "";
  }

  /** Replaces what a cell says, found by its present text, and leaves the editor. */
  async edit(text: string, replacement: string): Promise<void> {
    const cell = this.inside.locator(".jp-CodeCell").filter({ hasText: text }).first();
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
}
