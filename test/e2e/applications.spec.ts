import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { notebook, tarOf } from "#test/support/bundle.ts";
import { type RunningSystem, startSystem } from "#test/support/running-system.ts";
import { Api } from "#test/support/system-api.ts";
import { checkLooks } from "./looks.ts";

const dashboard = path.resolve("test/fixtures/sessions/dashboard");
const serve = `
import http.server, os

class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<h1>A small application</h1>")

http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Page).serve_forever()
`;

let system: RunningSystem;
let api: Api;

test.describe.configure({ timeout: 600_000 });
test.beforeAll(async () => {
  test.setTimeout(300_000);
  system = await startSystem({ COLOPHON_EXAMPLES: "off", COLOPHON_POOL_MIN: "0" });
  api = new Api(system, await system.token());
});
test.afterAll(async () => {
  await system?.stop();
});

async function publish(files: Record<string, string>, title: string): Promise<string> {
  const { slug, doi } = await api.publish(await tarOf(files), title);
  const { body } = await api.call("POST", "/api/builds", { doi });
  await api.until(`/api/builds/${body.id}`, (build) => build.body.state === "built", 500_000);
  return slug;
}

/** Presses a button of the paper, and gives what the session shows. */
async function opened(page: Page, label: string) {
  await page.getByRole("button", { name: new RegExp(`^${label}: `) }).click();
  await page.waitForURL(/\/session\//, { timeout: 120_000 });
  return page.frameLocator("iframe");
}

test("a paper that is also an application is opened as such from its page", async ({ page }) => {
  const files = { "a.ipynb": notebook("1"), Procfile: "web: python serve.py", "serve.py": serve };
  const slug = await publish(files, "An application");
  await page.goto(`${system.url}/p/${slug}`);
  await checkLooks(page, "a paper with an application");
  await expect(page.getByRole("button", { name: /^Open as dashboard/ })).toHaveCount(0);
  const shown = await opened(page, "Open the application");
  await expect(shown.getByRole("heading", { name: "A small application" })).toBeVisible({
    timeout: 60_000,
  });
});

test("a paper whose environment has Voilà is opened as a dashboard", async ({ page }) => {
  const files = {
    "figures.ipynb": await readFile(path.join(dashboard, "figures.ipynb"), "utf8"),
    "requirements.txt": await readFile(path.join(dashboard, "requirements.txt"), "utf8"),
  };
  const slug = await publish(files, "A dashboard");
  await page.goto(`${system.url}/p/${slug}`);
  const shown = await opened(page, "Open as dashboard");
  await expect(shown.getByText("answer: 42")).toBeVisible({ timeout: 60_000 });
});

test("a paper that is but a notebook offers nothing else", async ({ page }) => {
  const slug = await publish({ "a.ipynb": notebook("2") }, "A notebook");
  await page.goto(`${system.url}/p/${slug}`);
  await expect(page.getByRole("button", { name: /^Run: / })).toBeVisible();
  await expect(page.getByRole("button", { name: /^Open/ })).toHaveCount(0);
});
