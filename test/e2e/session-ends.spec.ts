import { readFile } from "node:fs/promises";
import { expect, test } from "@playwright/test";
import pg from "pg";
import { embeddedDatabaseFile } from "#lib/config.ts";
import { notebook, tarOf } from "#test/support/bundle.ts";
import { type RunningSystem, startSystem } from "#test/support/running-system.ts";
import { Api } from "#test/support/system-api.ts";
import { checkLooks } from "./looks.ts";

let system: RunningSystem;
let database: pg.Client;

test.describe.configure({ timeout: 300_000 });
test.beforeAll(async () => {
  test.setTimeout(300_000);
  system = await startSystem({ COLOPHON_EXAMPLES: "off", COLOPHON_POOL_MIN: "0" });
  const file = embeddedDatabaseFile(system.dataDirectory);
  database = new pg.Client({ connectionString: JSON.parse(await readFile(file, "utf8")).url });
  await database.connect();
});
test.afterAll(async () => {
  await database?.end();
  await system?.stop();
});

const ends = {
  user: "You stopped this session",
  idle: "nobody used it for a while",
  expired: "its time was up",
  oom: "more memory than a session may have",
  crashed: "its notebook server stopped unexpectedly",
  full: "wrote more than a session's files may take",
  operator: "ended by whoever runs this site",
  login: "your password was changed or your logins were taken back",
  shutdown: "the site was restarted",
};

test("whatever ended a session, its page says so and offers to resume, fork and download", async ({
  page,
}) => {
  const api = new Api(system, await system.token());
  const { doi } = await api.publish(await tarOf({ "a.ipynb": notebook("1") }), "How it ends");
  // Nobody's: whoever has its address may see it.
  const visitor = new Api(system);
  const { id, url, token } = await visitor.launch(doi);
  const written = await fetch(`${url}api/contents/notes.txt`, {
    method: "PUT",
    headers: { authorization: `token ${token}` },
    body: JSON.stringify({ type: "file", format: "text", content: "kept" }),
  });
  expect(written.status).toBe(201);
  await visitor.call("DELETE", `/api/sessions/${id}`);
  await visitor.until(`/api/sessions/${id}`, ({ body }) => body.state === "ended");
  for (const [reason, words] of Object.entries(ends)) {
    await database.query(`UPDATE "Session" SET "endReason" = $1 WHERE id = $2`, [reason, id]);
    await page.goto(`${system.url}/session/${id}`);
    await expect(page.getByRole("status").getByText(words)).toBeVisible();
    await expect(page.getByRole("button", { name: /^Resume/ })).toBeVisible();
    await expect(page.getByRole("button", { name: "Save as fork" })).toBeVisible();
    await expect(page.getByRole("link", { name: "Download" })).toBeVisible();
    await expect(page.getByRole("listitem").filter({ hasText: "notes.txt" })).toBeVisible();
    await checkLooks(page, `ended by ${reason}`);
  }
});
