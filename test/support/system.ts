import { readdir } from "node:fs/promises";
import path from "node:path";
import { repositoryRoot } from "#lib/config.ts";
import { imagesBuilt, startSystem } from "./running-system.ts";

/**
 * Playwright's global set-up: one running system, with the gallery's examples, for all browser tests. A
 * system that runs already is used instead when COLOPHON_TEST_URL and COLOPHON_TEST_TOKEN name it.
 */
export default async function setup(): Promise<() => Promise<void>> {
  if (process.env.COLOPHON_TEST_URL && process.env.COLOPHON_TEST_TOKEN)
    return async () => undefined;
  const system = await startSystem();
  const entries = await readdir(path.join(repositoryRoot, "examples"), { withFileTypes: true });
  await imagesBuilt(system, entries.filter((entry) => entry.isDirectory()).length);
  process.env.COLOPHON_TEST_URL = system.url;
  process.env.COLOPHON_TEST_TOKEN = await system.token();
  return async () => {
    await system.stop();
  };
}
