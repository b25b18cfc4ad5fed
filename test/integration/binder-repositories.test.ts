import { createReadStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fetched, never, resolve } from "#test/support/binder-sources.ts";
import { testDatabase } from "#test/support/database.ts";
import { serveGit } from "#test/support/git-http.ts";
import { notebook } from "#test/support/papers.ts";
import { type Recorded, standIn } from "#test/support/provider-stand-ins.ts";
import { gitDaemon, gitIn, makeRepository } from "#test/support/repository.ts";

await testDatabase();
const base = await mkdtemp(path.join(tmpdir(), "colophon-providers-"));

// GitLab and GitHub's gists: an API, and beside it a repository that git can read.
async function serveFile(place: string, response: ServerResponse): Promise<boolean> {
  const file = path.join(base, decodeURIComponent(place.split("?")[0] ?? ""));
  const found = await stat(file).catch(() => null);
  if (!found?.isFile()) return false;
  createReadStream(file).pipe(response);
  return true;
}
const gitlab = await standIn({ json: { message: "404 Project Not Found" } }, serveFile);
const github = await standIn({ json: { message: "Not Found" } }, serveGit(base));
const daemon = await gitDaemon(base);
const servers = [gitlab, github];
const settings: Record<string, string> = {
  COLOPHON_FETCH_ALLOW: [...servers, daemon].map(({ port }) => `127.0.0.1:${port}`).join(","),
  COLOPHON_GITHUB_API: github.url,
  COLOPHON_GITLAB_URL: gitlab.url,
};
Object.assign(process.env, settings);
const { parseSpec, sourceVersion } = await import("#lib/binder/index.ts");
const { runIngest } = await import("#lib/archive/index.ts");
const { db } = await import("#lib/db/index.ts");

let commits: Record<string, string>;
beforeAll(async () => {
  commits = await makeRepository(path.join(base, "work"), [
    { message: "first", files: { "paper.ipynb": notebook("First"), "data.csv": "1\n" } },
    { message: "second", files: { "paper.ipynb": notebook("Second") } },
  ]);
  gitIn(path.join(base, "work"), "tag", "-a", "v1", "-m", "v1", commits.first ?? "");
  for (const place of ["group/sub/project.git", "0123abcd.git", "owner/repo.git"]) {
    gitIn(base, "clone", "--quiet", "--bare", path.join(base, "work"), path.join(base, place));
    gitIn(path.join(base, place), "update-server-info");
  }
});
beforeEach(() => {
  for (const server of servers) {
    server.answers.clear();
    server.requests.length = 0;
  }
});
afterAll(async () => {
  for (const name of Object.keys(settings)) delete process.env[name];
  await Promise.all([...servers, daemon].map((server) => server.close()));
  await rm(base, { recursive: true, force: true });
});

describe("GitLab", () => {
  const project = "/api/v4/projects/group%2Fsub%2Fproject/repository/commits";
  test("a ref becomes a commit, whose files come by git", async () => {
    gitlab.answers.set(`${project}/v1`, { json: { id: commits.first, short_id: "x" } });
    const resolved = await resolve("gl/group%2Fsub%2Fproject/v1");
    expect(resolved).toMatchObject({
      resolved: commits.first,
      repoUrl: `${gitlab.url}/group/sub/project.git`,
      refUrl: `${gitlab.url}/group/sub/project/tree/${commits.first}`,
      persistentSpec: `group%2Fsub%2Fproject/${commits.first}`,
    });
    const { paths, version } = await fetched("gl/group%2Fsub%2Fproject/v1");
    expect(paths).toEqual(["data.csv", "paper.ipynb"]);
    expect(version).toMatchObject({ state: "draft", doi: null, title: "First" });
    expect(version.publication).toMatchObject({ listed: false, ownerId: "colophon-editors" });
    expect(version.metadata).toMatchObject({ authors: [] });
  });

  test("a master that is gone is the default branch, and said so", async () => {
    gitlab.answers.set(`${project}/master`, {
      status: 404,
      json: { message: "404 Commit Not Found" },
    });
    gitlab.answers.set(`${project}/HEAD`, { json: { id: commits.second } });
    expect(await resolve("gl/group%2Fsub%2Fproject/master")).toMatchObject({
      resolved: commits.second,
      note: expect.stringContaining("no “master”"),
    });
  });

  test("what is not there is said so", async () => {
    await expect(resolve("gl/group%2Fabsent/main")).rejects.toMatchObject({
      code: "source_not_found",
      status: 404,
    });
    gitlab.answers.set(`${project}/dev`, {
      status: 404,
      json: { message: "404 Commit Not Found" },
    });
    await expect(resolve("gl/group%2Fsub%2Fproject/dev")).rejects.toMatchObject({
      code: "source_ref_unknown",
    });
    gitlab.answers.set(`${project}/busy`, { status: 429, json: { message: "Too Many Requests" } });
    await expect(resolve("gl/group%2Fsub%2Fproject/busy")).rejects.toMatchObject({
      code: "source_rate_limited",
      status: 503,
    });
  });
});

describe("GitHub", () => {
  test("is asked again with the ETag of its last answer, and believed when it says 304", async () => {
    const place = "/repos/owner/repo/commits/main";
    const sha = commits.second;
    github.answers.set(place, { json: { sha }, headers: { etag: 'W/"1"' } });
    expect((await resolve("gh/owner/repo/main")).resolved).toBe(sha);
    expect((await resolve("gh/owner/repo/main")).resolved).toBe(sha);
    expect(github.requests.map(({ headers }) => headers["if-none-match"])).toEqual([
      undefined,
      'W/"1"',
    ]);
  });

  test("a main that is gone is the default branch; another ref is said to be missing", async () => {
    const at = "/repos/owner/repo/commits/";
    const none = { status: 422, json: { message: "No commit found for SHA: main" } };
    github.answers.set(`${at}main`, none).set(`${at}dev`, none);
    github.answers.set(`${at}HEAD`, { json: { sha: commits.first } });
    expect(await resolve("gh/owner/repo/main")).toMatchObject({
      resolved: commits.first,
      note: expect.stringContaining("no “main”"),
    });
    await expect(resolve("gh/owner/repo/dev")).rejects.toMatchObject({
      code: "source_ref_unknown",
    });
    await expect(resolve("gh/owner/absent/HEAD")).rejects.toMatchObject({
      code: "source_not_found",
    });
  });

  describe("whose hour of requests is used up", () => {
    const forbidden: Recorded = { status: 403, headers: { "x-ratelimit-remaining": "0" } };
    const usedUp: Recorded[] = [forbidden, { status: 429 }];
    const limit = (answer: Recorded) => {
      const json = { message: "API rate limit exceeded" };
      for (const name of ["HEAD", "main", "master", "v1", "dev", "abcdef1"]) {
        github.answers.set(`/repos/owner/repo/commits/${name}`, { ...answer, json });
      }
      github.answers.set("/repos/owner/repo", { ...answer, json });
    };

    test.each(usedUp)("with $status is asked by git, and the reader is told", async (answer) => {
      limit(answer);
      expect(await resolve("gh/owner/repo/HEAD")).toMatchObject({
        resolved: commits.second,
        source: { type: "git", url: `${github.url}/owner/repo.git`, ref: commits.second },
        repoUrl: `${github.url}/owner/repo`,
        refUrl: `${github.url}/owner/repo/tree/${commits.second}`,
        persistentSpec: `owner/repo/${commits.second}`,
        note: expect.stringContaining("its git server is asked instead"),
      });
      const tagged = await fetched("gh/owner/repo/v1");
      expect(tagged.paths).toEqual(["data.csv", "paper.ipynb"]);
      expect(tagged.version.title).toBe("First");
    });

    test("still says what is not there, and takes the default branch for a lost one", async () => {
      limit(forbidden);
      expect((await resolve("gh/owner/repo/master")).note).toMatch(/git server.*no “master”/);
      await expect(resolve("gh/owner/repo/dev")).rejects.toMatchObject({
        code: "source_ref_unknown",
      });
      // Which commit a shortened name means is nothing that git's server tells.
      await expect(resolve("gh/owner/repo/abcdef1")).rejects.toMatchObject({
        code: "source_rate_limited",
        status: 503,
      });
    });

    test("after the commit was found: the files come by git all the same", async () => {
      limit(forbidden);
      const sha = commits.second;
      github.answers.set("/repos/owner/repo/commits/trunk", { json: { sha } });
      expect((await resolve("gh/owner/repo/trunk")).source).toMatchObject({
        type: "github",
        url: `${github.url}/owner/repo`,
      });
      await db().binderSource.deleteMany({ where: { repository: "owner/repo" } });
      const { paths, version, error } = await fetched("gh/owner/repo/trunk");
      expect(error).toBeNull();
      expect(paths).toEqual(["data.csv", "paper.ipynb"]);
      expect(version.source).toMatchObject({ type: "github", commit: sha });
    });
  });
});

describe("a gist", () => {
  beforeEach(() => {
    github.answers.set("/gists/0123abcd", {
      json: {
        git_pull_url: `${github.url}/0123abcd.git`,
        html_url: "https://gist.github.com/owner/0123abcd",
        description: "A small gist",
        owner: { login: "Owner" },
        history: [{ version: commits.second }, { version: commits.first }],
      },
    });
  });

  test("comes at its newest version, or the one that is named", async () => {
    expect(await resolve("gist/owner/0123abcd")).toMatchObject({
      resolved: commits.second,
      persistentSpec: `owner/0123abcd/${commits.second}`,
    });
    const { paths, version } = await fetched(`gist/owner/0123abcd/${commits.first}`);
    expect(paths).toEqual(["data.csv", "paper.ipynb"]);
    expect(version.title).toBe("First");
  });

  test("of somebody else, or without that version, is not there", async () => {
    await expect(resolve("gist/other/0123abcd")).rejects.toMatchObject({
      code: "source_not_found",
    });
    await expect(resolve(`gist/owner/0123abcd/${"f".repeat(40)}`)).rejects.toMatchObject({
      code: "source_ref_unknown",
    });
  });
});

describe("any git server", () => {
  const address = () => encodeURIComponent(`git://127.0.0.1:${daemon.port}/work`);
  test.each([
    ["HEAD", "second"],
    ["main", "second"],
    ["v1", "first"],
  ])("%s is looked up without fetching", async (ref, message) => {
    expect((await resolve(`git/${address()}/${ref}`)).resolved).toBe(commits[message]);
  });

  test("a commit in full is what it is; another name is said to be missing", async () => {
    const full = commits.first ?? "";
    expect((await resolve(`git/${address()}/${full}`)).resolved).toBe(full);
    expect(await resolve(`git/${address()}/master`)).toMatchObject({ resolved: commits.second });
    await expect(resolve(`git/${address()}/dev`)).rejects.toMatchObject({
      code: "source_ref_unknown",
    });
    const absent = encodeURIComponent(`git://127.0.0.1:${daemon.port}/absent`);
    await expect(resolve(`git/${absent}/main`)).rejects.toMatchObject({ code: "source_not_found" });
  });

  test.each([
    "git://127.0.0.1:9/r",
    "http://169.254.169.254/r.git",
    "https://[::ffff:10.0.0.1]/r.git",
    "http://localhost:9/r.git",
    "ssh://git@192.168.0.1/r",
  ])("%s is private and not reached", async (url) => {
    await expect(resolve(`git/${encodeURIComponent(url)}/main`)).rejects.toMatchObject({
      code: "source_forbidden",
      status: 422,
    });
  });

  test("launched again at the same commit, the files are those of the first time", async () => {
    const first = await fetched(`git/${address()}/main`);
    const again = await sourceVersion(
      parseSpec(`git/${address()}/HEAD`),
      await resolve(`git/${address()}/HEAD`),
    );
    expect(again).toEqual({ versionId: first.versionId, publicationId: first.publicationId });
    const many = await Promise.all(
      Array.from({ length: 8 }, async () =>
        sourceVersion(parseSpec(`git/${address()}/v1`), await resolve(`git/${address()}/v1`)),
      ),
    );
    expect(new Set(many.map(({ versionId }) => versionId)).size).toBe(1);
  });

  test("what could not be fetched once is fetched anew", async () => {
    const spec = parseSpec(`git/${address()}/HEAD`);
    const resolved = await resolve(`git/${address()}/HEAD`);
    const broken = {
      ...resolved,
      resolved: "e".repeat(40),
      source: { ...resolved.source, ref: "e".repeat(40) },
    };
    const first = await sourceVersion(spec, broken);
    await runIngest({ versionId: first.versionId }, { signal: never, lastTry: true });
    const second = await sourceVersion(spec, broken);
    expect(second.versionId).not.toBe(first.versionId);
    expect(await db().version.count({ where: { id: first.versionId } })).toBe(0);
  });
});
