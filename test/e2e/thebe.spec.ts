import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "@playwright/test";
import { repositoryRoot } from "#lib/config.ts";
import { foreignPage } from "#test/support/foreign-page.ts";
import { type FakeGithub, fakeGithub } from "#test/support/github.ts";
import { notebook } from "#test/support/papers.ts";
import { gitDaemon, makeRepository } from "#test/support/repository.ts";
import { type RunningSystem, startSystem } from "#test/support/running-system.ts";
import { rawTar } from "#test/support/tar.ts";

// A system of its own: it may fetch from the git server and the stand-in for GitHub on this machine.
let system: RunningSystem;
let base: string;
let daemon: Awaited<ReturnType<typeof gitDaemon>>;
let github: FakeGithub;
const commit = "0123456789abcdef0123456789abcdef01234567";

test.beforeAll(async () => {
  base = await mkdtemp(path.join(tmpdir(), "colophon-thebe-"));
  daemon = await gitDaemon(base);
  await makeRepository(path.join(base, "paper"), [
    { message: "only", files: { "paper.ipynb": notebook(), "value.txt": "from git" } },
  ]);
  github = await fakeGithub({
    fullName: "owner/paper",
    defaultBranch: "main",
    refs: { HEAD: commit, main: commit },
    tarballs: {
      [commit]: gzipSync(
        rawTar([
          { name: "owner-paper-0123456/", type: "5" },
          { name: "owner-paper-0123456/paper.ipynb", content: notebook() },
          { name: "owner-paper-0123456/value.txt", content: "from GitHub" },
        ]),
      ),
    },
  });
  system = await startSystem({
    COLOPHON_EXAMPLES: "off",
    COLOPHON_FETCH_ALLOW: [daemon, github].map(({ port }) => `127.0.0.1:${port}`).join(","),
    COLOPHON_GITHUB_API: github.url,
  });
});
test.afterAll(async () => {
  await system.stop();
  await daemon.close();
  await github.close();
  await rm(base, { recursive: true, force: true });
});

/** A page that connects as Thebe's documentation says, runs one cell and shows its output. */
function thebePage(binderOptions: object): string {
  const options = { useBinder: true, binderOptions, savedSessionOptions: { enabled: false } };
  return `<!doctype html><title>Thebe</title><pre id="status"></pre><div id="output"></div>
<script src="thebe-core.min.js"></script>
<script type="module">
  const { api } = window.thebeCore;
  const status = document.getElementById("status");
  const config = api.makeConfiguration(${JSON.stringify(options)});
  config.events.on("status", (event, data) => { status.textContent += data.message + "\\n"; });
  config.events.on("error", (event, data) => { status.textContent += "ERROR " + data.message + "\\n"; });
  const server = api.connectToBinder(config);
  await server.ready;
  const rendermime = api.makeRenderMimeRegistry();
  const source = "print(open('value.txt').read(), 6 * 7)";
  const book = api.setupNotebookFromBlocks([{ id: "one", source }], config, rendermime);
  book.attachSession(await server.startNewSession(rendermime));
  const cell = book.getCellById("one");
  cell.attachToDOM(document.getElementById("output"));
  await book.executeAll();
</script>`;
}

test("thebe-core on another site's page runs a cell of a git repository", async ({ page }) => {
  const site = await foreignPage(
    thebePage({
      binderUrl: system.url,
      repoProvider: "git",
      repo: `git://127.0.0.1:${daemon.port}/paper`,
      ref: "HEAD",
    }),
    path.join(repositoryRoot, "node_modules/thebe-core/dist/lib"),
  );
  await page.goto(site.url);
  await expect(page.locator("#output")).toContainText("from git 42", { timeout: 120_000 });
  await expect(page.locator("#status")).not.toContainText("ERROR");
  await site.close();
});

test("thebe-core runs a cell of a GitHub repository, too", async ({ page }) => {
  const site = await foreignPage(
    thebePage({ binderUrl: system.url, repoProvider: "github", repo: "owner/paper", ref: "main" }),
    path.join(repositoryRoot, "node_modules/thebe-core/dist/lib"),
  );
  await page.goto(site.url);
  await expect(page.locator("#output")).toContainText("from GitHub 42", { timeout: 120_000 });
  await site.close();
});

test("a plain EventSource on another site's page launches once and runs code", async ({ page }) => {
  const spec = `git/${encodeURIComponent(`git://127.0.0.1:${daemon.port}/paper`)}/main`;
  const site =
    await foreignPage(`<!doctype html><title>Plain</title><pre id="phases"></pre><pre id="output"></pre>
<script type="module">
  const events = new EventSource("${system.url}/build/${spec}");
  const ready = await new Promise((resolve, reject) => {
    events.onmessage = ({ data }) => {
      const event = JSON.parse(data);
      document.getElementById("phases").textContent += (event.phase ?? "") + "\\n";
      if (event.phase === "ready") resolve(event);
      if (event.phase === "failed") reject(new Error(event.message));
    };
  });
  events.close();
  const headers = { authorization: "token " + ready.token, "content-type": "application/json" };
  const made = await fetch(ready.url + "api/kernels", { method: "POST", headers, body: "{}" });
  const { id } = await made.json();
  const channel = new WebSocket("ws" + ready.url.slice(4) + "api/kernels/" + id + "/channels?token=" + ready.token);
  await new Promise((resolve) => { channel.onopen = resolve; });
  channel.onmessage = ({ data }) => {
    const { header, content } = JSON.parse(data);
    if (header.msg_type === "stream") document.getElementById("output").textContent += content.text;
  };
  const header = { msg_id: "1", msg_type: "execute_request", session: "s", username: "u", version: "5.3", date: new Date().toISOString() };
  const content = { code: "print(open('value.txt').read(), 6 * 7)", silent: false, store_history: true, user_expressions: {}, allow_stdin: false, stop_on_error: true };
  channel.send(JSON.stringify({ channel: "shell", header, parent_header: {}, metadata: {}, content, buffers: [] }));
</script>`);
  await page.goto(site.url);
  await expect(page.locator("#output")).toContainText("from git 42", { timeout: 120_000 });
  const phases = ((await page.locator("#phases").textContent()) ?? "").trim().split("\n");
  expect(phases.filter((phase) => phase === "ready")).toHaveLength(1);
  await site.close();
});
