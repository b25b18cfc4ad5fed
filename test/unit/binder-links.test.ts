import { describe, expect, test } from "vitest";
import {
  badgeSnippets,
  detectRepository,
  launchLink,
  specOf,
} from "#app/components/binder/links.ts";
import { sessionAddress, wantedPath } from "#app/components/binder/target.ts";
import { afterEvent } from "#app/components/binder/use-launch.ts";
import { parseSpec, repoProviders } from "#lib/binder/index.ts";

const providers = repoProviders();
const nothing = { ref: "", path: "", pathKind: "file" as const };

describe("a pasted address", () => {
  test.each([
    ["https://github.com/owner/repo", "gh", "owner/repo", "", ""],
    ["https://www.github.com/owner/repo.git", "gh", "owner/repo", "", ""],
    ["https://github.com/owner/repo/tree/v1.0", "gh", "owner/repo", "v1.0", ""],
    [
      "https://github.com/owner/repo/blob/main/a/b%20c.ipynb",
      "gh",
      "owner/repo",
      "main",
      "a/b c.ipynb",
    ],
    ["https://gitlab.com/group/sub/project", "gl", "group/sub/project", "", ""],
    ["https://gitlab.com/group/project/-/tree/dev", "gl", "group/project", "dev", ""],
    ["https://gist.github.com/owner/0123abcd", "gist", "owner/0123abcd", "", ""],
    ["https://doi.org/10.5281/zenodo.3242074", "zenodo", "10.5281/zenodo.3242074", "", ""],
    ["10.6084/m9.figshare.9782777.v1", "figshare", "10.6084/m9.figshare.9782777.v1", "", ""],
    ["doi:10.7910/DVN/TJCLKP", "dataverse", "10.7910/DVN/TJCLKP", "", ""],
    ["https://example.org/a/b.git", "git", "https://example.org/a/b.git", "", ""],
    ["git@example.org:a/b.git", "git", "git@example.org:a/b.git", "", ""],
  ])("%s", (text, provider, repository, ref, path) => {
    expect(detectRepository(text, providers)).toEqual({ provider, repository, ref, path });
  });

  test("that may be anything is left to the provider that is chosen", () => {
    expect(detectRepository("owner/repo", providers)).toBeNull();
    expect(detectRepository("", providers)).toBeNull();
  });
});

describe("the link of what was chosen", () => {
  test.each([
    ["gh", "owner/repo", "", "gh/owner/repo/HEAD"],
    ["gh", "https://github.com/owner/repo", "feature/x", "gh/owner/repo/feature/x"],
    ["gl", "group/sub/project", "main", "gl/group%2Fsub%2Fproject/main"],
    ["git", "https://example.org/b.git", "v1", "git/https%3A%2F%2Fexample.org%2Fb.git/v1"],
    ["zenodo", "https://doi.org/10.5281/zenodo.1", "ignored", "zenodo/10.5281/zenodo.1"],
    ["gist", "owner/0123abcd", "", "gist/owner/0123abcd/HEAD"],
  ])("%s %s %s", (provider, repository, ref, spec) => {
    expect(specOf({ ...nothing, provider, repository, ref }, providers)).toBe(spec);
    expect(parseSpec(spec).provider).toBe(provider);
  });

  test("is none while it is incomplete", () => {
    expect(specOf({ ...nothing, provider: "gh", repository: "" }, providers)).toBeNull();
    expect(specOf({ ...nothing, provider: "gh", repository: "owner" }, providers)).toBeNull();
  });

  test("says what to open, and becomes a badge", () => {
    const chosen = { ...nothing, provider: "gh", repository: "o/r", path: "a b.ipynb" };
    const link = launchLink("https://x.org", chosen, providers) ?? "";
    expect(link).toBe("https://x.org/v2/gh/o/r/HEAD?labpath=a+b.ipynb");
    const badges = badgeSnippets("https://x.org", link);
    expect(badges.map(({ id }) => id)).toEqual(["Markdown", "reStructuredText", "HTML"]);
    expect(badges[0]?.text).toBe(`[![Launch](https://x.org/badge_logo.svg)](${link})`);
  });
});

describe("where a link leads", () => {
  const base = "http://abc.localhost:3001/s/abc/";
  test.each([
    [{}, null],
    [{ labpath: "a/b c.ipynb" }, "doc/tree/a/b%20c.ipynb"],
    [{ filepath: "a.ipynb" }, "lab/tree/a.ipynb"],
    [{ urlpath: "/lab" }, "lab"],
    [{ urlpath: "tree/a.ipynb" }, "lab/tree/a.ipynb"],
    [{ urlpath: "voila/render/a.ipynb?x=1" }, "colophon/apps/voila/voila/render/a.ipynb?x=1"],
    [{ urlpath: "vscode?folder=a" }, "colophon/apps/vscode/?folder=a"],
    [{ urlpath: "vscode/" }, "colophon/apps/vscode/"],
    [{ urlpath: "voilatree" }, "voilatree"],
    [{ urlpath: "colophon/apps/app/" }, "colophon/apps/app/"],
  ])("%j", (wanted, path) => {
    expect(wantedPath(wanted)).toBe(path);
  });

  test("its token goes along, and nowhere but to the session", () => {
    expect(sessionAddress(base, "voila/a?x=1", "t")).toBe(`${base}voila/a?x=1&token=t`);
    for (const path of [
      "../other/lab",
      "https://evil.example/",
      "//evil.example/",
      "\\\\evil.example\\",
      "%2e%2e/other",
      "javascript:alert(1)",
    ]) {
      const address = sessionAddress(base, path, "t");
      expect(address === null || address.startsWith(base), path).toBe(true);
    }
    expect(sessionAddress(base, "../other/lab", "t")).toBeNull();
    expect(sessionAddress(base, "https://evil.example/", "t")).toBeNull();
  });
});

test("a launch is shown as its events tell", () => {
  const begun = afterEvent(
    {
      phase: "Preparing",
      outcome: "under way",
      message: "",
      log: "",
      buildId: null,
      wasBuilt: false,
      ready: null,
      failure: null,
    },
    { phase: "waiting", message: "Looking for a/b\n" },
  );
  expect(begun).toMatchObject({ phase: "Preparing", message: "Looking for a/b" });
  const building = afterEvent(begun, { message: "Step 1\n" });
  expect(building).toMatchObject({ phase: "Building", log: "Step 1\n", wasBuilt: true });
  const starting = afterEvent(building, { phase: "launching", message: "Launching server...\n" });
  const queued = afterEvent(starting, { phase: "waiting", message: "2 before you\n" });
  expect(queued).toMatchObject({ phase: "Starting", message: "2 before you" });
  expect(
    afterEvent(queued, { phase: "failed", message: "It broke. Mend it.\n", hint: "Mend it." }),
  ).toMatchObject({ outcome: "failed", failure: { message: "It broke.", hint: "Mend it." } });
});
