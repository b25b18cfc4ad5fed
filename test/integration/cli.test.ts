import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { repositoryRoot } from "#lib/config.ts";
import { testDatabase } from "#test/support/database.ts";

const { url: databaseUrl, dataDirectory } = await testDatabase();
const { testPortal } = await import("#test/support/portal.ts");
const { person } = await import("#test/support/people.ts");
const { startWorking } = await import("#lib/jobs/index.ts");
const { onBeforePublish, runIngest, runPublish } = await import("#lib/archive/index.ts");
const { ensureAdministrator, viewerOf } = await import("#lib/accounts/index.ts");

const portal = await testPortal();
const author = await person("author", "Ada Lovelace");
const stop = new AbortController();
const idle = async () => undefined;
let folder: string;

beforeAll(async () => {
  onBeforePublish(idle);
  await startWorking(
    {
      ingest: runIngest,
      publish: runPublish,
      build: idle,
      "start-session": idle,
      "end-session": idle,
      reap: idle,
    },
    stop.signal,
  );
  folder = await mkdtemp(path.join(tmpdir(), "colophon-cli-"));
  await mkdir(path.join(folder, "data"));
  await writeFile(
    path.join(folder, "waves.ipynb"),
    JSON.stringify({
      nbformat: 4,
      nbformat_minor: 5,
      metadata: { kernelspec: { name: "python3", display_name: "Python 3", language: "python" } },
      cells: [{ cell_type: "markdown", id: "a", metadata: {}, source: "# Waves at the pier\n" }],
    }),
  );
  await writeFile(path.join(folder, "data/heights.csv"), "t,h\n0,1.5\n");
});
afterAll(async () => {
  stop.abort();
  await rm(folder, { recursive: true, force: true });
});

/** Runs the command line as a process of its own. */
async function colophon(argv: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [path.join(repositoryRoot, "bin/colophon.ts"), ...argv], {
    env: {
      ...process.env,
      COLOPHON_URL: portal,
      COLOPHON_TOKEN: author.token,
      COLOPHON_DATA: dataDirectory,
      DATABASE_URL: databaseUrl,
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  return { out, err, code };
}

test("publish ends with the DOI and where it leads; fork and export take it from there", async () => {
  const published = await colophon(["publish", folder]);
  expect(published.code, published.err).toBe(0);
  const [doi = "", url = ""] = published.out.trim().split("\n");
  expect(doi).toMatch(/^10\.5072\/[0-9a-z]{4}-[0-9a-z]{4}$/);
  expect(url).toBe(`${portal}/doi/${doi}`);

  const page = await fetch(url, { redirect: "manual", headers: { accept: "text/html" } });
  expect(page.status).toBe(302);
  expect(page.headers.get("location")).toMatch(/^\/p\/waves-at-the-pier[^/]*\/v\/1$/);
  const citation = await fetch(url, { headers: { accept: "application/x-bibtex" } });
  expect(await citation.text()).toContain("Waves at the pier");

  const fork = await colophon(["fork", doi, "--json"]);
  expect(fork.code, fork.err).toBe(0);
  expect(JSON.parse(fork.out)).toMatchObject({ forkedFrom: doi, url: expect.any(String) });

  const file = path.join(folder, "..", `${path.basename(folder)}.zip`);
  const exported = await colophon(["export", doi, "-o", file]);
  expect(exported.code, exported.err).toBe(0);
  expect(exported.out).toBe(`${file}\n`);
  expect((await readFile(file)).subarray(0, 2).toString()).toBe("PK");
  await rm(file);
  const unknown = await colophon(["export", doi, "--format", "bagit", "-o", file]);
  expect(unknown).toMatchObject({ code: 1, out: "" });
  expect(unknown.err).toContain("Use format=zip.");
});

test("metadata from a file, a draft, and JSON for programs", async () => {
  const metadata = path.join(folder, "..", `${path.basename(folder)}.yaml`);
  await writeFile(metadata, "title: Waves, again\nauthors:\n  - name: Hopper, Grace\n");
  const drafted = await colophon(["publish", folder, "--metadata", metadata, "--draft", "--json"]);
  expect(drafted.code, drafted.err).toBe(0);
  expect(JSON.parse(drafted.out)).toMatchObject({
    title: "Waves, again",
    state: "draft",
    conceptDoi: null,
  });
  await writeFile(metadata, "authors: not a list\n");
  const refused = await colophon(["publish", folder, "--metadata", metadata]);
  expect(refused.code).toBe(1);
  expect(refused.err).toContain("authors");
  await writeFile(metadata, "title: [unclosed\n");
  expect((await colophon(["publish", folder, "--metadata", metadata])).code).toBe(1);
  await rm(metadata);
});

test("without a token, and without a portal, it says what to do", async () => {
  const anonymous = await colophon(["publish", folder], { COLOPHON_TOKEN: "" });
  expect(anonymous).toMatchObject({ code: 1, out: "" });
  expect(anonymous.err).toContain("COLOPHON_TOKEN");
  const nowhere = await colophon(["fork", "10.5072/x"], { COLOPHON_URL: "http://127.0.0.1:9" });
  expect(nowhere).toMatchObject({ code: 1, out: "" });
  expect(nowhere.err).toContain("npm start");
  const missing = await colophon(["fork", "10.5072/0000-0000"]);
  expect(missing).toMatchObject({ code: 1, out: "" });
});

test("token create works on the database itself, once there is an administrator", async () => {
  const early = await colophon(["token", "create", "--name", "ci"]);
  expect(early.code).toBe(1);
  expect(early.err).toContain("npm start");
  await ensureAdministrator();
  const made = await colophon(["token", "create", "--name", "ci", "--json"]);
  expect(made.code, made.err).toBe(0);
  const { token } = JSON.parse(made.out) as { token: string };
  const viewer = await viewerOf(new Headers({ authorization: `Bearer ${token}` }));
  expect(viewer.role).toBe("administrator");
});
