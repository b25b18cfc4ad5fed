import { startSystem } from "./running-system.ts";

/** Playwright's global set-up: one running system, with the gallery's examples, for all browser tests. */
export default async function setup(): Promise<() => Promise<void>> {
  const system = await startSystem();
  process.env.COLOPHON_TEST_URL = system.url;
  process.env.COLOPHON_TEST_GATEWAY = system.gatewayUrl;
  process.env.COLOPHON_TEST_TOKEN = await system.token();
  process.env.COLOPHON_TEST_ADMINISTRATOR = JSON.stringify(system.administrator);
  return async () => {
    await system.stop();
  };
}
