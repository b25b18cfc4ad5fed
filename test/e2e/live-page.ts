import { expect, type Locator, type Page } from "@playwright/test";

/** A publication page whose paper runs in place. */
export class LivePage {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Presses Run and waits until the page is live. */
  async run(): Promise<void> {
    await this.#page.getByRole("button", { name: /^Run:/ }).click();
    await this.#page.locator(".live-cell").first().waitFor({ timeout: 120_000 });
  }

  /** The line below the page's bar. */
  bar(): Locator {
    return this.#page.getByRole("region", { name: "The running paper" });
  }

  /** A code cell by words of its code. */
  cell(words: string): Locator {
    return this.#page.locator(".live-cell").filter({ hasText: words }).first();
  }

  /** Waits until no cell runs or waits any more. */
  async settled(): Promise<void> {
    await expect(this.bar().getByText("Live", { exact: true })).toBeVisible({ timeout: 120_000 });
  }

  /** Waits until everything is in the workspace. */
  async saved(): Promise<void> {
    await expect(this.bar().getByText(/^Saved/)).toBeVisible({ timeout: 30_000 });
  }

  /** Replaces a line of a cell's code, found by its present text. */
  async edit(text: string, replacement: string): Promise<void> {
    const line = this.#page.locator(".live-cell .cm-line").filter({ hasText: text }).first();
    await line.scrollIntoViewIfNeeded();
    await line.click();
    await this.#page.keyboard.press("Home");
    await this.#page.keyboard.press("Shift+End");
    await this.#page.keyboard.insertText(replacement);
  }

  /** The addresses of the pictures that the reader's own runs gave, in order. */
  async figures(): Promise<string[]> {
    return await this.#page
      .locator(".live-cell .cell-outputs img")
      .evaluateAll((pictures) => pictures.map((picture) => picture.getAttribute("src") ?? ""));
  }
}
