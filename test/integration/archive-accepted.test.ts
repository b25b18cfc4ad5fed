import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testDatabase } from "#test/support/database.ts";
import { notebook, somebody } from "#test/support/papers.ts";
import { paxHeader, rawTar } from "#test/support/tar.ts";
import { rawZip } from "#test/support/zip.ts";

await testDatabase();
const { createFromArchive, createFromDirectory, listFiles, openFile } = await import(
  "#lib/archive/index.ts"
);
type Viewer = Awaited<ReturnType<typeof somebody>>;

let viewer: Viewer;
let folder: string;
beforeAll(async () => {
  viewer = await somebody();
  folder = await mkdtemp(path.join(tmpdir(), "colophon-folder-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function take(body: Buffer, mediaType: string) {
  const { draft } = await createFromArchive({ viewer, body: Readable.from([body]), mediaType });
  if (!draft) throw new Error("no draft");
  const files = await listFiles(draft.id, viewer);
  return { draft, files, paths: files.map((file) => file.path) };
}

async function text(versionId: string, file: string, range?: [number, number]) {
  const chunks: Buffer[] = [];
  const opened = await openFile(versionId, file, viewer);
  for await (const chunk of opened.stream(...(range ?? []))) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const paper = { name: "top/paper.ipynb", content: notebook() };

describe.each([
  ["zip", "application/zip", rawZip],
  [
    "zip, deflated",
    "application/zip",
    (parts: { name: string }[]) => rawZip(parts.map((part) => ({ ...part, deflate: true }))),
  ],
  [
    "zip64",
    "application/zip; charset=binary",
    (parts: { name: string }[]) => rawZip(parts, { zip64: true }),
  ],
  ["tar", "application/x-tar", rawTar],
  ["tar.gz", "application/gzip", (parts: { name: string }[]) => gzipSync(rawTar(parts))],
])("%s", (_name, mediaType, build) => {
  test("one folder that holds everything is taken away, litter is left out, executables stay so", async () => {
    const { files, draft } = await take(
      build([
        paper,
        { name: "top/data/e\u0301t\u00e9.csv", content: "a,b\n" },
        { name: "top/run.sh", content: "#!/bin/sh\n", mode: 0o100755 },
        { name: "__MACOSX/top/._paper.ipynb", content: "x" },
        { name: "top/.DS_Store", content: "x" },
        { name: "top/.git/config", content: "x" },
        { name: "top/empty/", mode: 0o040755, type: "5" } as { name: string },
      ]),
      mediaType,
    );
    expect(files).toMatchObject([
      { path: "data/été.csv", mediaType: "text/csv", size: 4, executable: false },
      { path: "paper.ipynb", mediaType: "application/x-ipynb+json" },
      { path: "run.sh", executable: true },
    ]);
    expect(draft.preflight.filter(({ code }) => code === "litter_skipped")).toHaveLength(3);
    expect(await text(draft.id, "data/e\u0301t\u00e9.csv")).toBe("a,b\n");
    expect(await text(draft.id, "data/été.csv", [1, 2])).toBe(",b");
  });

  test("files at the root keep their places", async () => {
    const { paths } = await take(build([paper, { name: "README.md", content: "# R" }]), mediaType);
    expect(paths).toEqual(["README.md", "top/paper.ipynb"]);
  });
});

test("symbolic links inside become copies of files and folders; dangling ones are left out", async () => {
  const link = (name: string, target: string) => ({ name, type: "2", link: target });
  const { files, draft } = await take(
    rawTar([
      link("first", "a/deep/x.txt"),
      { name: "a/deep/x.txt", content: "content" },
      { name: "a/y.txt", content: "y" },
      link("chain", "first"),
      link("folder", "a"),
      link("b/up", "../folder/deep/x.txt"),
      link("gone", "nowhere"),
      { name: "hard", type: "1", link: "a/y.txt" },
    ]),
    "application/x-tar",
  );
  expect(files.map((file) => file.path)).toEqual([
    "a/deep/x.txt",
    "a/y.txt",
    "b/up",
    "chain",
    "first",
    "folder/deep/x.txt",
    "folder/y.txt",
    "hard",
  ]);
  for (const name of ["b/up", "chain", "first", "folder/deep/x.txt"])
    expect(await text(draft.id, name)).toBe("content");
  expect(await text(draft.id, "hard")).toBe("y");
  expect(draft.preflight).toContainEqual(
    expect.objectContaining({ code: "link_dangling", path: "gone" }),
  );
});

test("long names and large numbers come in pax headers", async () => {
  const name = `${"long/".repeat(40)}naïve.csv`;
  const { paths } = await take(
    rawTar([
      paxHeader({ path: name, comment: "x" }),
      { name: "short", content: "1" },
      { name: "b", content: "2" },
    ]),
    "application/x-tar",
  );
  expect(paths).toEqual(["b", name]);
});

test("what real tar writes is read", async () => {
  const source = path.join(folder, "real");
  await mkdir(path.join(source, "sub"), { recursive: true });
  await writeFile(path.join(source, "paper.ipynb"), notebook("Real"));
  await writeFile(path.join(source, `sub/${"n".repeat(150)}.txt`), "x");
  for (const format of ["gnu", "pax"]) {
    const body = execFileSync("tar", ["-C", folder, `--format=${format}`, "-czf", "-", "real"]);
    const { paths, draft } = await take(body, "application/gzip");
    expect(paths).toEqual(["paper.ipynb", `sub/${"n".repeat(150)}.txt`]);
    expect(draft.metadata.title).toBe("Real");
  }
});

describe("a folder", () => {
  test("comes in whole, its links as copies, by the same rules", async () => {
    const source = path.join(folder, "my-paper");
    await mkdir(path.join(source, "data"), { recursive: true });
    await mkdir(path.join(source, ".git"), { recursive: true });
    await writeFile(path.join(source, ".git/config"), "x");
    await writeFile(path.join(source, "data/a.csv"), "a");
    await writeFile(path.join(source, "start"), "#!/bin/sh");
    await chmod(path.join(source, "start"), 0o755);
    await symlink("data/a.csv", path.join(source, "link.csv"));
    const { draft, title } = await createFromDirectory({ viewer, directory: source });
    expect(title).toBe("My paper");
    const files = await listFiles(draft?.id ?? "", viewer);
    expect(files.map((file) => [file.path, file.executable])).toEqual([
      ["data/a.csv", false],
      ["link.csv", false],
      ["start", true],
    ]);
    expect(draft?.preflight).toContainEqual(expect.objectContaining({ code: "no_notebook" }));
  });

  test.each([
    [
      "a link out of it",
      "archive_link_escape",
      (at: string) => symlink("/etc/passwd", path.join(at, "l")),
    ],
    [
      "a socket",
      "archive_device",
      async (at: string) => {
        const server = createServer();
        await new Promise<void>((resolve) => server.listen(path.join(at, "s"), resolve));
        server.unref();
      },
    ],
    ["nothing in it", "archive_empty", async () => undefined],
  ])("with %s is refused: %s", async (_what, code, prepare) => {
    const source = await mkdtemp(path.join(folder, "bad-"));
    await prepare(source);
    await expect(createFromDirectory({ viewer, directory: source })).rejects.toMatchObject({
      code,
    });
  });

  test("that is not there is said so", async () => {
    await expect(
      createFromDirectory({ viewer, directory: path.join(folder, "none") }),
    ).rejects.toMatchObject({ code: "folder_missing" });
  });
});

test("what was given wins over what the files say, and mistakes in it are named", async () => {
  const citation = {
    name: "CITATION.cff",
    content:
      'cff-version: 1.2.0\nmessage: x\ntitle: "From the file"\nauthors:\n  - name: Someone\nlicense: MIT\n',
  };
  const send = (metadata: object) =>
    createFromArchive({
      viewer,
      metadata,
      body: Readable.from([rawZip([citation])]),
      mediaType: "application/zip",
    });
  const { draft } = await send({ title: "Given", license: "cc-by-4.0" });
  expect(draft?.metadata).toMatchObject({
    title: "Given",
    license: "CC-BY-4.0",
    authors: [{ name: "Someone" }],
  });
  await expect(
    send({
      license: "my own",
      paperDoi: "x",
      authors: [{ name: "A", orcid: "0000-0002-1825-0098" }],
    }),
  ).rejects.toMatchObject({
    code: "metadata_invalid",
    status: 400,
    details: {
      issues: [{ field: "authors.0.orcid" }, { field: "license" }, { field: "paperDoi" }],
    },
  });
});

test("broken and old notebooks are found with path and place, the main one is the one that the README names", async () => {
  const { draft } = await take(
    rawZip([
      { name: "a.ipynb", content: notebook("First by name") },
      { name: "z-main.ipynb", content: notebook("Named") },
      {
        name: "broken.ipynb",
        content:
          '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "code"}]}',
      },
      { name: "README.md", content: "Start with [the paper](z-main.ipynb), then `a.ipynb`." },
    ]),
    "application/zip",
  );
  expect(draft.mainNotebook).toBe("z-main.ipynb");
  expect(draft.preflight).toContainEqual(
    expect.objectContaining({
      severity: "error",
      code: "notebook_invalid",
      path: "broken.ipynb",
      place: expect.stringContaining("cells[0]"),
    }),
  );
});

test("what a repository keeps elsewhere is said to be missing", async () => {
  const pointer =
    "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n";
  const { draft } = await take(
    rawZip([
      { name: ".gitattributes", content: "*.h5 filter=lfs diff=lfs merge=lfs -text\n" },
      { name: ".gitmodules", content: '[submodule "x"]\n' },
      { name: "data/a.h5", content: pointer },
      { name: "data/b.csv", content: "x".repeat(150) },
    ]),
    "application/zip",
  );
  expect(draft.preflight.filter(({ code }) => code === "lfs_pointer")).toMatchObject([
    { path: "data/a.h5" },
  ]);
  expect(draft.preflight).toContainEqual(expect.objectContaining({ code: "submodules_left_out" }));
});
