import { describe, expect, it } from "vitest";
import { ownPath } from "#app/components/account/own-path.ts";
import { folderTree } from "#app/components/files/tree.ts";
import { queryUrl, readQuery } from "#app/components/gallery/query.ts";
import { notebookUrl } from "#app/components/launch/notebook-url.ts";
import { phaseOf } from "#app/components/launch/phases.ts";
import { formatBytes, formatRelative, shortAuthors } from "#app/components/ui/format.ts";

describe("where signing in leads", () => {
  it("is a path of the portal", () => {
    expect(ownPath("/fork?doi=10.5072%2Fabc#x")).toBe("/fork?doi=10.5072%2Fabc#x");
  });
  it.each([
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "/a\\b",
    "javascript:alert(1)",
    "/\t/evil.example",
    undefined,
    ["/a"],
  ])("is never %s", (next) => expect(ownPath(next)).toBe("/me"));
});

describe("the gallery's address", () => {
  it("leaves out what it does not understand", () => {
    expect(readQuery({ q: ["a", "b"], sort: "evil", data: "yes" })).toEqual({
      q: "a",
      subject: undefined,
      language: undefined,
      license: undefined,
      data: undefined,
      sort: undefined,
      cursor: undefined,
    });
  });
  it("carries the search to the next page", () => {
    const query = readQuery({ q: "sun", data: "1", cursor: "old" });
    expect(queryUrl(query, { cursor: "new" })).toBe("/?q=sun&cursor=new&data=1");
    expect(queryUrl(query)).toBe("/?q=sun&data=1");
  });
});

describe("a launch", () => {
  const session = { state: "queued" as const, buildId: null, readyAt: null };
  it.each([
    ["waits", session, null, "Preparing"],
    ["waits for a build", { ...session, buildId: "b" }, "building" as const, "Building"],
    ["starts", { ...session, state: "starting" as const }, "built" as const, "Starting"],
    ["is there", { ...session, state: "ready" as const }, null, "Ready"],
    [
      "failed in its build",
      { ...session, state: "failed" as const, buildId: "b" },
      "failed" as const,
      "Building",
    ],
  ])("%s", (_, given, build, phase) => expect(phaseOf(given, build)).toBe(phase));

  it("goes on to the notebook on the gateway", () => {
    const ready = {
      state: "ready" as const,
      url: "http://localhost:3001/s/abc/?token=secret",
      token: "secret",
      path: "a b/n.ipynb",
    };
    expect(notebookUrl(ready)).toBe(
      "http://localhost:3001/s/abc/lab/tree/a%20b/n.ipynb?token=secret",
    );
    const own = { ...ready, browserUrl: "http://abc.localhost:3001/s/abc/", path: null };
    expect(notebookUrl(own)).toBe("http://abc.localhost:3001/s/abc/lab?token=secret");
    expect(notebookUrl({ ...ready, state: "starting" })).toBeNull();
  });
});

describe("files as folders", () => {
  it("nests and orders naturally", () => {
    const file = (path: string) => ({
      path,
      size: 1,
      sha256: "",
      mediaType: "",
      executable: false,
    });
    const tree = folderTree(["b/10.csv", "b/2.csv", "a.txt", "b/c/d.txt"].map(file));
    expect(tree.files.map(({ path }) => path)).toEqual(["a.txt"]);
    expect(tree.folders[0]).toMatchObject({ name: "b", count: 3 });
    expect(tree.folders[0]?.files.map(({ path }) => path)).toEqual(["b/2.csv", "b/10.csv"]);
  });
});

describe("figures in words", () => {
  it.each([
    [0, "0 B"],
    [1023, "1023 B"],
    [1536, "1.5 KiB"],
    [1024 ** 2 - 1, "1 MiB"],
    [5 * 1024 ** 3, "5 GiB"],
  ])("%d bytes are %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));
  it("tell how long ago", () => {
    const now = Date.parse("2026-11-22T12:00:00Z");
    expect(formatRelative("2026-11-20T12:00:00Z", now)).toBe("2 days ago");
    expect(formatRelative("2026-11-22T11:59:30Z", now)).toBe("just now");
  });
  it("shorten a long list of authors", () => {
    expect(shortAuthors(["Lovelace, Ada", "B", "C", "D"])).toBe("Ada Lovelace, B, C and 1 more");
  });
});
