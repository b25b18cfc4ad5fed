import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

/** What a process of ours writes when it logs this. */
function logged(call: string): string {
  const code = `
    const { logger } = await import("#lib/log.ts");
    const log = logger("test");
    ${call}`;
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ["--input-type=module", "--eval", code],
    { encoding: "utf8", env: { ...process.env, COLOPHON_LOG_LEVEL: "info" } },
  );
  expect(status, stderr).toBe(0);
  return stdout;
}

test("secrets do not reach the log, however they are handed over", () => {
  const text = logged(`
    const secret = "s3cret-value";
    log.info({ token: secret, authorization: secret, cookie: secret, password: secret }, "flat");
    log.info({ session: { token: secret }, headers: { authorization: secret, cookie: secret } }, "nested");
    log.info({ request: { headers: { "set-cookie": secret, authorization: secret } } }, "deeper");
    log.error({ err: new Error("GET http://localhost/s/abc/?token=" + secret + "&x=1 failed") }, "error");
    log.warn({ reason: "no answer from /s/abc/api?token=" + secret }, "reason");
    log.info({ env: { JUPYTER_TOKEN: secret, COLOPHON_SECRET: secret } }, "environment");
    log.info({ kept: "visible" }, "after /s/abc/?token=" + secret + " was asked");
  `);
  expect(text).toContain("visible");
  expect(text).toContain("[redacted]");
  expect(text).not.toContain("s3cret-value");
  expect(text.trim().split("\n")).toHaveLength(7);
});
