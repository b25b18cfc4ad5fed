import { expect, test } from "vitest";
import { repositoryOf } from "#lib/archive/repository-of.ts";

const commit = "a".repeat(40);

test.each([
  [
    { type: "git", url: "https://ada:secret@example.org/r.git", commit, ref: "main" },
    { type: "git", url: "https://example.org/r.git", ref: commit },
  ],
  [
    { type: "git", url: "git@example.org:ada/r.git" },
    { type: "git", url: "ssh://example.org/ada/r.git", ref: null },
  ],
  [
    { type: "github", url: "ada/r", commit },
    { type: "github", url: "https://github.com/ada/r", ref: commit },
  ],
  [
    { type: "github", url: "https://github.com/ada/r", ref: "v1" },
    { type: "github", url: "https://github.com/ada/r", ref: "v1" },
  ],
  [
    { type: "record", url: "https://zenodo.org/records/12", ref: "12", commit: "" },
    { type: "record", url: "https://zenodo.org/records/12", ref: "12" },
  ],
])("files of %j came from %j", (source, wanted) => {
  expect(repositoryOf(source)).toEqual(wanted);
});

test.each(["upload", "fork", "version", "doi"])(
  "those of the kind %s from no repository",
  (type) => {
    expect(repositoryOf({ type, url: "https://example.org" })).toBeUndefined();
  },
);
