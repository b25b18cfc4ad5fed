import { randomBytes } from "node:crypto";
import { readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { beforeAll, describe, expect, test } from "vitest";
import { openPromise } from "yauzl";
import { testDatabase } from "#test/support/database.ts";
import { everythingIn } from "#test/support/disk.ts";
import { notebook, somebody } from "#test/support/papers.ts";
import { createPaper, publishPaper } from "#test/support/publishing.ts";

const { dataDirectory } = await testDatabase();
const archive = await import("#lib/archive/index.ts");
const { anonymousViewer } = await import("#lib/accounts/index.ts");
const { db } = await import("#lib/db/index.ts");
type Viewer = Awaited<ReturnType<typeof somebody>>;

let owner: Viewer;
beforeAll(async () => {
  owner = await somebody();
});

const create = (title?: string, files?: Record<string, string | Buffer>) =>
  createPaper(owner, title, files);
const publish = (slug: string, viewer: Viewer = owner) => publishPaper(slug, viewer);

describe("a tree", () => {
  test("is hard links, executables excepted, and built once", async () => {
    const { draft, slug } = await create("Tree", { "bin/run": "#!/bin/sh\n" });
    await db().file.updateMany({
      where: { versionId: draft.id, path: "bin/run" },
      data: { executable: true },
    });
    const [first, second] = await Promise.all([
      archive.materialiseTree(draft.id),
      archive.materialiseTree(draft.id),
    ]);
    expect(first).toBe(archive.treePath(draft.id));
    expect(second).toBe(first);
    const files = await archive.listFiles(draft.id, owner);
    const csv = files.find((file) => file.path === "data/values.csv");
    expect((await stat(path.join(first, "data/values.csv"))).ino).toBe(
      (await stat(archive.blobPath(csv?.sha256 ?? ""))).ino,
    );
    const root = process.getuid?.() === 0;
    expect(await stat(path.join(first, "bin/run"))).toMatchObject({
      mode: root ? 0o100755 : 0o100777,
      ...(root ? { uid: 1000, gid: 1000 } : {}),
    });
    expect(await readFile(path.join(first, "bin/run"), "utf8")).toBe("#!/bin/sh\n");
    const inode = (await stat(first)).ino;
    await publish(slug);
    await archive.materialiseTree(draft.id);
    expect((await stat(first)).ino).toBe(inode);
  });

  test("of a changed draft is made anew, and the old one keeps its content for who still uses it", async () => {
    const { draft, slug } = await create("Changing tree");
    const tree = await archive.materialiseTree(draft.id);
    await archive.putDraftFile(slug, "data/values.csv", Readable.from([Buffer.from("new")]), owner);
    expect(await readFile(path.join(tree, "data/values.csv"), "utf8")).toContain("t,x");
    await archive.materialiseTree(draft.id);
    expect(await readFile(path.join(tree, "data/values.csv"), "utf8")).toBe("new");
    const retired = (await everythingIn(path.join(dataDirectory, "trees"))).find((name) =>
      /^retired\.[^/]+$/.test(name),
    );
    expect(
      await readFile(path.join(dataDirectory, "trees", retired ?? "", "data/values.csv"), "utf8"),
    ).toContain("t,x");
  });

  test("is not made of a store that has lost something", async () => {
    const { draft } = await create("Lost", { "only-here.bin": randomBytes(64) });
    await db().file.update({
      where: { versionId_path: { versionId: draft.id, path: "only-here.bin" } },
      data: {
        sha256: (await db().blob.create({ data: { sha256: "f".repeat(64), size: 1 } })).sha256,
      },
    });
    await expect(archive.materialiseTree(draft.id)).rejects.toMatchObject({
      code: "blob_missing",
      status: 500,
    });
    await expect(stat(archive.treePath(draft.id))).rejects.toThrow("ENOENT");
  });
});

test("a zip of a version holds its files in one folder, in order, the same each time", async () => {
  const noise = randomBytes(100_000);
  const { slug, draft } = await create("Exported", {
    "a/figure.png": noise,
    "z.txt": "z".repeat(50_000),
  });
  const read = async () => {
    const { stream, fileName } = await archive.exportZip(draft.id, owner);
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    return { fileName, bytes: Buffer.concat(chunks) };
  };
  const [first, second] = [await read(), await read()];
  expect(first.fileName).toBe(`${slug}-v1.zip`);
  expect(first.bytes.equals(second.bytes)).toBe(true);
  const file = path.join(dataDirectory, "export.zip");
  await writeFile(file, first.bytes);
  const zip = await openPromise(file, { autoClose: true });
  const entries: [string, number][] = [];
  for await (const entry of zip.eachEntry())
    entries.push([entry.fileName, entry.compressionMethod]);
  const files = await archive.listFiles(draft.id, owner);
  expect(entries.map(([name]) => name)).toEqual(files.map((each) => `${slug}-v1/${each.path}`));
  expect(new Map(entries).get(`${slug}-v1/a/figure.png`)).toBe(0);
  expect(new Map(entries).get(`${slug}-v1/z.txt`)).toBe(8);
});

test("a figure is drawn anew and shown only of what may be seen", async () => {
  const { default: sharp } = await import("sharp");
  const png = await sharp({
    create: { width: 2_000, height: 500, channels: 3, background: "#336699" },
  })
    .png()
    .toBuffer();
  const { slug, draft } = await create("With a figure", {
    "paper.ipynb": notebook("With a figure", png),
  });
  const hash = draft.figureSha256 ?? "";
  await expect(archive.openFigure(hash, anonymousViewer)).rejects.toMatchObject({
    code: "not_found",
  });
  await publish(slug);
  const figure = await archive.openFigure(hash, anonymousViewer);
  const chunks: Buffer[] = [];
  for await (const chunk of figure.stream()) chunks.push(chunk);
  expect(await sharp(Buffer.concat(chunks)).metadata()).toMatchObject({
    format: "webp",
    width: 1_280,
    height: 320,
  });
  expect(figure).toMatchObject({ mediaType: "image/webp", size: Buffer.concat(chunks).length });
});
