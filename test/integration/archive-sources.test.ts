import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testDatabase } from "#test/support/database.ts";
import { everythingIn } from "#test/support/disk.ts";
import { fakeGithub } from "#test/support/github.ts";
import { notebook, somebody } from "#test/support/papers.ts";
import { gitDaemon, gitIn, makeRepository, webServer } from "#test/support/repository.ts";
import { rawTar } from "#test/support/tar.ts";

const { dataDirectory } = await testDatabase();
const base = await mkdtemp(path.join(tmpdir(), "colophon-repositories-"));
const commit = "0123456789abcdef0123456789abcdef01234567";
const tarball = gzipSync(
  rawTar([
    { name: "pax_global_header", type: "g", content: `52 comment=${commit}\n` },
    { name: `o-r-${commit.slice(0, 7)}/`, type: "5" },
    { name: `o-r-${commit.slice(0, 7)}/paper.ipynb`, content: notebook("From GitHub") },
    { name: `o-r-${commit.slice(0, 7)}/data.csv`, content: "a\n" },
  ]),
);
const github = await fakeGithub({
  fullName: "o/r",
  defaultBranch: "main",
  description: "What the repository says.",
  license: "MIT",
  topics: ["ferroelectrics"],
  refs: { main: commit, "v1.0": commit },
  tarballs: { [commit]: tarball },
});
const daemon = await gitDaemon(base);
const web = await webServer(base, { "/moved.git": "/paper/.git" });
process.env.COLOPHON_FETCH_ALLOW = [github.port, daemon.port, web.port]
  .map((port) => `127.0.0.1:${port}`)
  .join(",");
process.env.COLOPHON_GITHUB_API = github.url;
process.env.COLOPHON_GITHUB_TOKEN = "secret-token";
const { createFromSource, deleteDraft, getPublication, listFiles, runIngest, setDraftMetadata } =
  await import("#lib/archive/index.ts");
const { db } = await import("#lib/db/index.ts");
type Viewer = Awaited<ReturnType<typeof somebody>>;

const context = { signal: new AbortController().signal, lastTry: false };
let viewer: Viewer;
let commits: Record<string, string>;
beforeAll(async () => {
  viewer = await somebody();
  commits = await makeRepository(path.join(base, "paper"), [
    { message: "first", files: { "paper.ipynb": notebook("First commit"), "README.md": "# r" } },
    {
      message: "second",
      files: {
        "paper.ipynb": notebook("Second commit"),
        "data/kept.csv": "a\n",
        ".gitattributes": "data/ export-ignore\n*.txt export-subst\n",
        "note.txt": "$Format:%H$\n",
      },
      links: { "link.csv": "data/kept.csv" },
    },
  ]);
  gitIn(path.join(base, "paper"), "tag", "-a", "v1", "-m", "v1", commits.first ?? "");
  gitIn(path.join(base, "paper"), "branch", "feature/x", commits.first ?? "");
  gitIn(path.join(base, "paper"), "update-server-info");
  await makeRepository(path.join(base, "evil"), [
    { message: "only", files: { "a.txt": "a" }, links: { out: "../../../etc/passwd" } },
  ]);
  await makeRepository(path.join(base, "sub"), [
    {
      message: "only",
      files: { "a.txt": "a", ".gitmodules": '[submodule "s"]\n\tpath = s\n\turl = file:///etc\n' },
    },
  ]);
});
afterAll(async () => {
  for (const name of ["COLOPHON_FETCH_ALLOW", "COLOPHON_GITHUB_API", "COLOPHON_GITHUB_TOKEN"])
    delete process.env[name];
  await Promise.all([github.close(), daemon.close(), web.close()]);
  await rm(base, { recursive: true, force: true });
});

async function ingest(type: "git" | "github", url: string, ref?: string) {
  const made = await createFromSource({
    viewer,
    source: { type, url, ...(ref === undefined ? {} : { ref }) },
  });
  expect(made.draft).toMatchObject({
    ingest: { state: "fetching" },
    fileCount: 0,
    // Nothing is missed before it is known what the files say.
    preflight: [],
  });
  await runIngest({ versionId: made.draft?.id ?? "" }, context);
  const { draft } = await getPublication(made.id, viewer);
  if (!draft) throw new Error("no draft");
  const files = await listFiles(draft.id, viewer);
  expect((await everythingIn(path.join(dataDirectory, "blobs/tmp"))).length).toBe(0);
  return {
    draft,
    paths: files.map((file) => file.path),
    error: (await db().version.findUnique({ where: { id: draft.id } }))?.ingestError,
  };
}

describe.each([
  ["git's own protocol", () => `git://127.0.0.1:${daemon.port}/paper`],
  ["a plain web server", () => `http://127.0.0.1:${web.port}/paper/.git`],
  ["a web server that has moved it", () => `http://127.0.0.1:${web.port}/moved.git`],
])("a repository over %s", (_name, url) => {
  test("comes at its default branch, resolved to a commit, whole", async () => {
    const { draft, paths } = await ingest("git", url());
    expect(draft).toMatchObject({
      ingest: { state: "ready" },
      source: { type: "git", commit: commits.second },
      metadata: { title: "Second commit", authors: [{ name: "Ada Lovelace" }] },
    });
    const { source } = await db().version.findUniqueOrThrow({ where: { id: draft.id } });
    expect(Date.parse((source as { date: string }).date)).toBe(Date.parse("2024-05-06T07:08:09Z"));
    expect(paths).toEqual([
      ".gitattributes",
      "README.md",
      "data/kept.csv",
      "link.csv",
      "note.txt",
      "paper.ipynb",
    ]);
  });

  test.each([
    ["v1", "first"],
    ["feature/x", "first"],
    ["main", "second"],
  ])("comes at %s", async (ref, message) => {
    const { draft } = await ingest("git", url(), ref);
    expect(draft.source.commit).toBe(commits[message]);
  });

  test("comes at a commit, in full and shortened", async () => {
    expect((await ingest("git", url(), commits.first)).draft.metadata.title).toBe("First commit");
    expect((await ingest("git", url(), commits.first?.slice(0, 10))).draft.source.commit).toBe(
      commits.first,
    );
  });

  test.each([
    ["absent", "source_ref_unknown"],
    ["f".repeat(40), "source_ref_unknown"],
  ])("that has no %s says so", async (ref, code) => {
    const { draft, error } = await ingest("git", url(), ref);
    expect(draft.ingest).toMatchObject({
      state: "failed",
      message: expect.any(String),
      hint: expect.any(String),
    });
    expect(error).toMatchObject({ code });
  });
});

test("what a repository was told to leave out of its archives is there, and unchanged", async () => {
  const { draft } = await ingest("git", `git://127.0.0.1:${daemon.port}/paper`);
  const note = (await listFiles(draft.id, viewer)).find((file) => file.path === "note.txt");
  expect(note?.size).toBe("$Format:%H$\n".length);
});

test("a link out of the repository is refused, a submodule from elsewhere left alone", async () => {
  expect((await ingest("git", `git://127.0.0.1:${daemon.port}/evil`)).error).toMatchObject({
    code: "archive_link_escape",
  });
  expect((await ingest("git", `git://127.0.0.1:${daemon.port}/sub`)).paths).toEqual([
    ".gitmodules",
    "a.txt",
  ]);
});

test("a repository that is not there is said so", async () => {
  expect((await ingest("git", `git://127.0.0.1:${daemon.port}/absent`)).error).toMatchObject({
    code: "source_not_found",
  });
  expect((await ingest("git", `http://127.0.0.1:${web.port}/absent.git`)).error).toMatchObject({
    code: "source_not_found",
  });
});

test.each([
  "git://localhost:9/r",
  "http://localhost:9/r.git",
  "https://localhost/r.git",
  "git://2130706433/r",
  "ssh://git@localhost/r",
])("%s is not reached", async (url) => {
  expect((await ingest("git", url)).error).toMatchObject({ code: "source_forbidden" });
});

test.each([
  [{ type: "git", url: "--upload-pack=touch pwned" }, "source_invalid"],
  [{ type: "git", url: "ext::sh -c touch% pwned" }, "source_invalid"],
  [{ type: "git", url: "file:///etc" }, "source_invalid"],
  [
    { type: "git", url: "git://127.0.0.1/r", ref: "--upload-pack=touch pwned" },
    "source_ref_invalid",
  ],
  [{ type: "git", url: "git://127.0.0.1:9/r" }, "source_forbidden"],
  [{ type: "git", url: "http://169.254.169.254/r.git" }, "source_forbidden"],
  [{ type: "git", url: "https://[::ffff:127.0.0.1]/r.git" }, "source_forbidden"],
  [{ type: "git", url: "ssh://git@127.0.0.1/r" }, "source_forbidden"],
  [{ type: "github", url: "https://gitlab.com/o/r" }, "source_invalid"],
  [{ type: "github", url: "o/r", ref: "-x" }, "source_ref_invalid"],
] as const)("%j is refused at once", async (source, code) => {
  const before = await db().publication.count();
  await expect(createFromSource({ viewer, source })).rejects.toMatchObject({ code, status: 422 });
  expect(await db().publication.count()).toBe(before);
  expect(existsSync("pwned")).toBe(false);
});

describe("GitHub", () => {
  test("a repository comes at a commit, with what it says about itself as the least trusted metadata", async () => {
    const { draft, paths } = await ingest("github", "https://github.com/o/r");
    expect(paths).toEqual(["data.csv", "paper.ipynb"]);
    expect(draft).toMatchObject({
      ingest: { state: "ready" },
      source: { type: "github", commit },
      metadata: { title: "From GitHub", license: "MIT", keywords: ["ferroelectrics"] },
    });
    expect(github.requests.map(({ path: asked }) => asked)).toEqual([
      "/repos/o/r",
      "/repos/o/r/commits/main",
      `/repos/o/r/tarball/${commit}`,
      `/codeload/${commit}`,
    ]);
    expect(
      github.requests.every(({ authorization }) => authorization === "token secret-token"),
    ).toBe(true);
  });

  test.each([["v1.0"], [commit.slice(0, 12)]])("comes at %s", async (ref) => {
    expect((await ingest("github", "o/r", ref)).draft.source.commit).toBe(commit);
  });

  test("what is not there is said so", async () => {
    expect((await ingest("github", "o/absent")).error).toMatchObject({ code: "source_not_found" });
    expect((await ingest("github", "o/r", "absent")).error).toMatchObject({
      code: "source_ref_unknown",
    });
  });
});

test("what a person says while the files come wins, and a draft deleted meanwhile stays so", async () => {
  const source = { type: "github", url: "o/r" } as const;
  const made = await createFromSource({ viewer, source, metadata: { license: "CC0-1.0" } });
  await setDraftMetadata(made.id, { title: "My own title" }, viewer);
  await runIngest({ versionId: made.draft?.id ?? "" }, context);
  await runIngest({ versionId: made.draft?.id ?? "" }, context);
  expect((await getPublication(made.id, viewer)).draft?.metadata).toMatchObject({
    title: "My own title",
    license: "CC0-1.0",
  });

  const gone = await createFromSource({ viewer, source });
  await deleteDraft(gone.id, viewer);
  await runIngest({ versionId: gone.draft?.id ?? "" }, context);
  expect(await db().publication.count({ where: { id: gone.id } })).toBe(0);
});
