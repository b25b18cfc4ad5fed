import { startSystem } from "./running-system.ts";

/**
 * Playwright's global set-up: one running system, with the gallery's examples, for all browser tests. A
 * system that runs already is used instead when COLOPHON_TEST_URL and COLOPHON_TEST_TOKEN name it.
 */
export default async function setup(): Promise<() => Promise<void>> {
  if (process.env.COLOPHON_TEST_URL && process.env.COLOPHON_TEST_TOKEN)
    return async () => undefined;
  const system = await startSystem();
  process.env.COLOPHON_TEST_URL = system.url;
  process.env.COLOPHON_TEST_TOKEN = await system.token();
  return async () => {
    await system.stop();
  };
}
