import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "test/e2e",
  testMatch: "*.spec.ts",
  globalSetup: "./test/support/system.ts",
  // One system on two cores: journeys one after the other, so that time-outs mean something.
  workers: 1,
  timeout: 180_000,
  expect: { timeout: 15_000 },
  reporter: [
    ["list"],
    ...(process.env.COLOPHON_REPORTS
      ? ([["json", { outputFile: `${process.env.COLOPHON_REPORTS}/browser.json` }]] as const)
      : []),
  ],
  use: {
    baseURL: process.env.COLOPHON_TEST_URL,
    launchOptions: {
      executablePath: process.env.COLOPHON_BROWSER ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
