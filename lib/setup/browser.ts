import { existsSync } from "node:fs";
import path from "node:path";
import { repositoryRoot } from "#lib/config.ts";
import { messageOf } from "#lib/errors.ts";
import { command } from "./command.ts";
import { installPackages } from "./programs.ts";

const debianChromium = "/usr/bin/chromium";

/**
 * The path of a Chromium for browser tests and screenshots: Playwright's own where its downloads can be had,
 * else Debian's package, installed when we are root.
 */
export async function ensureBrowser(note: (text: string) => void): Promise<string> {
  // Only tests need it: a start does not load it.
  const { chromium } = await import("@playwright/test");
  const own = chromium.executablePath();
  if (existsSync(own)) return own;
  if (existsSync(debianChromium)) return debianChromium;
  try {
    note("downloading Playwright's Chromium");
    const cli = path.join(repositoryRoot, "node_modules/@playwright/test/cli.js");
    await command(process.execPath, [cli, "install", "--with-deps", "chromium"], {
      note,
      signal: AbortSignal.timeout(180_000),
    });
    if (existsSync(own)) return own;
  } catch (error) {
    note(`not to be had (${messageOf(error).split("\n")[0]}), installing Debian's chromium`);
  }
  await installPackages(["chromium", "fonts-liberation"], note);
  return debianChromium;
}
