import { randomBytes } from "node:crypto";
import { readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { beforeAll, describe, expect, test } from "vitest";
import { openPromise } from "yauzl";
import { testDatabase } from "#test/support/database.ts";
import { everythingIn } from "#test/support/disk.ts";
import { notebook, paperZip, somebody } from "#test/support/papers.ts";

const { dataDirectory } = await testDatabase();
const archive = await import("#lib/archive/index.ts");
const { anonymousViewer } = await import("#lib/accounts/index.ts");
const { db } = await import("#lib/db/index.ts");
const { subscribe } = await import("#lib/events/index.ts");
type Viewer = Awaited<ReturnType<typeof somebody>>;

const context = { signal: new AbortController().signal, lastTry: false };
let owner: Viewer;
let other: Viewer;
beforeAll(async () => {
  owner = await somebody();
  other = await somebody();
});

async function create(title = "A paper", files: Record<string, string | Buffer> = {}) {
  const publication = await archive.createFromArchive({
    viewer: owner,
    body: Readable.from([paperZip({ title, files })]),
    mediaType: "application/zip",
  });
  if (!publication.draft) throw new Error("no draft");
  return { ...publication, draft: publication.draft };
}

async function publish(idOrSlug: string, viewer: Viewer = owner) {
  const { draft } = await archive.publishDraft(idOrSlug, viewer);
  await archive.runPublish({ versionId: draft?.id ?? "" }, context);
  return await archive.getPublication(idOrSlug, viewer);
}

describe("slugs", () => {
  test("of the same title at the same moment differ and stay readable", async () => {
    const made = await Promise.all(Array.from({ length: 6 }, () => create("Same Title")));
    expect(made.map(({ slug }) => slug).sort()).toEqual([
      "same-title",
      "same-title-2",
      "same-title-3",
      "same-title-4",
      "same-title-5",
      "same-title-6",
    ]);
  });
});

describe("a draft", () => {
  test("is nobody else's to see or change", async () => {
    const { slug, id, draft } = await create();
    for (const viewer of [anonymousViewer, other]) {
      for (const refused of [
        () => archive.getPublication(slug, viewer),
        () => archive.getPublication(id, viewer),
        () => archive.getVersion(slug, 1, viewer),
        () => archive.getVersionById(draft.id, viewer),
        () => archive.listFiles(draft.id, viewer),
        () => archive.openFile(draft.id, "paper.ipynb", viewer),
        () => archive.exportZip(draft.id, viewer),
        () => archive.setDraftMetadata(slug, { title: "x" }, viewer),
        () => archive.putDraftFile(slug, "x", Readable.from(["x"]), viewer),
        () => archive.deleteDraftFile(slug, "paper.ipynb", viewer),
        () => archive.publishDraft(slug, viewer),
        () => archive.deleteDraft(slug, viewer),
        () => archive.newDraft(slug, viewer),
      ]) {
        await expect(refused()).rejects.toMatchObject({ code: "not_found", status: 404 });
      }
    }
    const administrator = await somebody("administrator");
    expect(await archive.getPublication(slug, administrator)).toMatchObject({ mayEdit: true });
  });

  test("keeps the fields that a change does not name", async () => {
    const { slug } = await create();
    const { draft } = await archive.setDraftMetadata(
      slug,
      { title: "Renamed", license: null },
      owner,
    );
    expect(draft?.metadata).toMatchObject({
      title: "Renamed",
      license: null,
      authors: [{ familyName: "Lovelace" }],
    });
    expect(draft?.preflight).toContainEqual(
      expect.objectContaining({ code: "license_missing", severity: "warning" }),
    );
    await expect(archive.setDraftMetadata(slug, { title: "" }, owner)).rejects.toMatchObject({
      code: "metadata_invalid",
    });
  });

  test("takes files one by one, by the same rules, and looks at itself anew", async () => {
    const { slug, draft } = await create();
    const put = (name: string, content: string) =>
      archive.putDraftFile(slug, name, Readable.from([Buffer.from(content)]), owner);
    expect(await put("data/new.csv", "a,b")).toMatchObject({
      path: "data/new.csv",
      size: 3,
      mediaType: "text/csv",
    });
    await put("data/new.csv", "changed");
    const before = await archive.getVersionById(draft.id, owner);
    await put("requirements.txt", "scipy==1.14.1\n");
    const after = await archive.getVersionById(draft.id, owner);
    expect(after.environment.key).not.toBe(before.environment.key);
    for (const [name, code] of [
      ["../x", "archive_path_traversal"],
      ["DATA/new.csv", "archive_case_collision"],
      ["data", "archive_duplicate_path"],
      ["paper.ipynb/x", "archive_duplicate_path"],
      [".git/config", "path_not_allowed"],
      ["", "path_not_allowed"],
    ] as const) {
      await expect(put(name, "x")).rejects.toMatchObject({ code });
    }
    await archive.deleteDraftFile(slug, "paper.ipynb", owner);
    expect(await archive.getVersionById(draft.id, owner)).toMatchObject({
      mainNotebook: null,
      preflight: expect.arrayContaining([expect.objectContaining({ code: "no_notebook" })]),
    });
    await expect(archive.deleteDraftFile(slug, "paper.ipynb", owner)).rejects.toMatchObject({
      code: "not_found",
    });
    const { stream } = await archive.openFile(draft.id, "data/new.csv", owner);
    expect(await new Response(Readable.toWeb(stream()) as ReadableStream).text()).toBe("changed");
  });

  test("cannot be published without author or files", async () => {
    const { slug } = await create();
    await archive.setDraftMetadata(slug, { authors: [] }, owner);
    await expect(archive.publishDraft(slug, owner)).rejects.toMatchObject({
      code: "metadata_incomplete",
      status: 422,
    });
    await archive.setDraftMetadata(slug, { authors: [{ name: "A" }] }, owner);
    for (const { path: name } of await archive.listFiles(
      (await archive.getPublication(slug, owner)).draft?.id ?? "",
      owner,
    )) {
      await archive.deleteDraftFile(slug, name, owner);
    }
    await expect(archive.publishDraft(slug, owner)).rejects.toMatchObject({
      code: "no_files",
      status: 422,
    });
  });

  test("that was deleted takes a publication without versions along", async () => {
    const { slug, draft } = await create();
    await archive.materialiseTree(draft.id);
    await archive.deleteDraft(slug, owner);
    await expect(archive.getPublication(slug, owner)).rejects.toMatchObject({ code: "not_found" });
    expect(await db().file.count({ where: { versionId: draft.id } })).toBe(0);
    await expect(stat(archive.treePath(draft.id))).rejects.toThrow("ENOENT");
  });
});

describe("publishing", () => {
  test("happens once however often it is asked, and wakes who waits", async () => {
    const { slug, draft } = await create();
    const seen: unknown[] = [];
    const end = await subscribe(`version:${draft.id}`, (data) => seen.push(data));
    const asked = await Promise.allSettled([1, 2, 3].map(() => archive.publishDraft(slug, owner)));
    expect(asked.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await Promise.all(
      [1, 2].map(() => archive.runPublish({ versionId: draft.id }, context).catch(() => undefined)),
    );
    const { versions, conceptDoi } = await archive.getPublication(slug, anonymousViewer);
    expect(versions).toMatchObject([{ state: "published", number: 1 }]);
    expect(await db().doi.count({ where: { publicationId: draft.publicationId } })).toBe(2);
    await db().$executeRaw`SELECT 1`;
    end();
    expect(seen).toContainEqual({ state: "published" });

    for (const refused of [
      () => archive.setDraftMetadata(slug, { title: "x" }, owner),
      () => archive.putDraftFile(slug, "x", Readable.from(["x"]), owner),
      () => archive.deleteDraft(slug, owner),
      () => archive.publishDraft(slug, owner),
    ]) {
      await expect(refused()).rejects.toMatchObject({ code: "no_draft", status: 409 });
    }
    await expect(archive.setDraftMetadata(slug, { title: "x" }, other)).rejects.toMatchObject({
      code: "forbidden",
      status: 403,
    });
    await expect(
      archive.setDraftMetadata(slug, { title: "x" }, anonymousViewer),
    ).rejects.toMatchObject({ code: "sign_in_required", status: 401 });
    expect(conceptDoi).toBeTruthy();
  });

  test("a next version shares content, has a DOI of its own, and the concept DOI moves on", async () => {
    const { slug } = await create("Two versions");
    const first = await publish(slug);
    const blobs = await db().blob.count();
    const drafts = await Promise.allSettled([1, 2, 3].map(() => archive.newDraft(slug, owner)));
    expect(drafts.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const second = await archive.getPublication(slug, owner);
    expect(second.draft).toMatchObject({
      number: 2,
      fileCount: 4,
      doi: null,
      mainNotebook: "paper.ipynb",
    });
    expect(second.draft?.environment.key).toBe(first.versions[0]?.environment.key);
    expect(await db().blob.count()).toBe(blobs);
    expect((await archive.getPublication(slug, anonymousViewer)).draft).toBeUndefined();
    const done = await publish(slug);
    expect(done.versions.map(({ number }) => number)).toEqual([1, 2]);
    expect(done.conceptDoi).toBe(first.conceptDoi);
    expect((await archive.findByDoi(done.conceptDoi ?? "", anonymousViewer)).version.number).toBe(
      2,
    );
    expect(
      (await archive.findByDoi(first.versions[0]?.doi ?? "", anonymousViewer)).version.number,
    ).toBe(1);
  });

  test("that the registrar refuses for good gives the draft back with the reason", async () => {
    const { slug, draft } = await create("Refused");
    await archive.publishDraft(slug, owner);
    await db().file.deleteMany({ where: { versionId: draft.id } });
    await archive.runPublish({ versionId: draft.id }, context);
    const { draft: back } = await archive.getPublication(slug, owner);
    expect(back).toMatchObject({ state: "draft", publishedAt: null });
    expect(back?.preflight).toContainEqual(
      expect.objectContaining({ code: "publish_failed", severity: "error" }),
    );
  });

  test("a withdrawn version is a tombstone: its DOI leads to it, its files are the owner's alone", async () => {
    const { slug } = await create("Withdrawn");
    const { versions, conceptDoi } = await publish(slug);
    const [version] = versions;
    await expect(archive.withdrawVersion(slug, 1, " ", owner)).rejects.toMatchObject({
      code: "reason_missing",
    });
    await expect(archive.withdrawVersion(slug, 1, "x", other)).rejects.toMatchObject({
      code: "forbidden",
    });
    await archive.withdrawVersion(slug, 1, "The data were wrong.", owner);
    await expect(archive.withdrawVersion(slug, 1, "again", owner)).rejects.toMatchObject({
      code: "illegal_transition",
      status: 409,
    });
    for (const doi of [version?.doi, conceptDoi]) {
      const found = await archive.findByDoi(doi ?? "", anonymousViewer);
      expect(found.version).toMatchObject({
        state: "withdrawn",
        withdrawReason: "The data were wrong.",
      });
    }
    for (const refused of [
      () => archive.listFiles(version?.id ?? "", anonymousViewer),
      () => archive.openFile(version?.id ?? "", "paper.ipynb", other),
      () => archive.exportZip(version?.id ?? "", other),
      () => archive.forkVersion({ versionId: version?.id ?? "", viewer: other }),
    ]) {
      await expect(refused()).rejects.toMatchObject({ code: "version_withdrawn", status: 410 });
    }
    expect(await archive.listFiles(version?.id ?? "", owner)).toHaveLength(4);
  });
});

describe("a fork", () => {
  test("is a draft of whoever asked, shares content, and shows on both pages once published", async () => {
    const { slug } = await create("Forked");
    const { versions } = await publish(slug);
    const doi = versions[0]?.doi ?? "";
    await expect(archive.forkVersion({ doi, viewer: anonymousViewer })).rejects.toMatchObject({
      code: "sign_in_required",
      status: 401,
    });
    const blobs = await db().blob.count();
    const fork = await archive.forkVersion({ doi, viewer: other });
    expect(fork).toMatchObject({
      slug: "forked-2",
      owner: { id: other.userId },
      forkedFrom: { doi, number: 1, slug },
      draft: { state: "draft", fileCount: 4 },
    });
    expect(await db().blob.count()).toBe(blobs);
    expect(
      await db().workspace.findMany({ where: { versionId: fork.draft?.id ?? "" } }),
    ).toMatchObject([{ ownerId: other.userId, expiresAt: null }]);
    expect(await archive.getPublication(slug, anonymousViewer)).toMatchObject({
      forkCount: 1,
      forks: [],
    });
    expect((await archive.getPublication(slug, other)).forks).toMatchObject([
      { slug: fork.slug, doi: null },
    ]);

    const committed: string[] = [];
    archive.onBeforePublish(async (versionId) => {
      committed.push(versionId);
      const { sha256, size } = await archive.putBlob(
        Readable.from([Buffer.from(notebook("Changed"))]),
        { maxBytes: 1e6 },
      );
      await db().$transaction((tx) =>
        archive.replaceDraftFiles(
          versionId,
          [{ path: "paper.ipynb", sha256, size, executable: false }],
          tx,
        ),
      );
      await archive.describeVersion(versionId);
    });
    const published = await publish(fork.slug, other);
    expect(committed).toEqual([fork.draft?.id]);
    expect(published.versions).toMatchObject([{ fileCount: 1, state: "published" }]);
    expect((await archive.getPublication(slug, anonymousViewer)).forks).toMatchObject([
      { slug: fork.slug, doi: published.versions[0]?.doi },
    ]);
    expect(published.forkedFrom?.doi).toBe(doi);
  });

  test("adopts the workspace of a visitor, once, and nobody else's", async () => {
    const { slug } = await create("Visited");
    const { versions } = await publish(slug);
    const versionId = versions[0]?.id ?? "";
    const workspace = await db().workspace.create({
      data: { versionId, visitorId: "visitor", expiresAt: new Date() },
    });
    const foreign = await db().workspace.create({ data: { versionId, ownerId: owner.userId } });
    const visitor = { ...other, visitorId: "visitor" };
    await expect(
      archive.forkVersion({ versionId, viewer: visitor, workspaceId: foreign.id }),
    ).rejects.toMatchObject({ code: "not_found" });
    await expect(
      archive.forkVersion({
        versionId,
        viewer: { ...other, visitorId: "x" },
        workspaceId: workspace.id,
      }),
    ).rejects.toMatchObject({ code: "not_found" });
    const before = await db().publication.count();
    const fork = await archive.forkVersion({
      versionId,
      viewer: visitor,
      workspaceId: workspace.id,
    });
    const again = await archive.forkVersion({
      versionId,
      viewer: visitor,
      workspaceId: workspace.id,
    });
    expect(again.id).toBe(fork.id);
    expect(await db().publication.count()).toBe(before + 1);
    expect(await db().workspace.findUnique({ where: { id: workspace.id } })).toMatchObject({
      versionId: fork.draft?.id,
      ownerId: other.userId,
      visitorId: null,
      expiresAt: null,
    });
  });

  test("of a DOI of this archive can be made as a source; of another it is said what to do", async () => {
    const { slug } = await create("As a source");
    const { versions } = await publish(slug);
    const doi = versions[0]?.doi ?? "";
    const made = await archive.createFromSource({
      viewer: other,
      source: { type: "doi", url: `https://doi.org/${doi}` },
      metadata: { title: "Mine" },
    });
    expect(made).toMatchObject({
      title: "Mine",
      forkedFrom: { doi },
      draft: { source: { type: "doi", url: doi }, ingest: { state: "ready" }, fileCount: 4 },
    });
    await expect(
      archive.createFromSource({
        viewer: other,
        source: { type: "doi", url: "10.5281/zenodo.1234567" },
      }),
    ).rejects.toMatchObject({ code: "doi_source_unsupported", status: 422 });
    await expect(
      archive.createFromSource({ viewer: other, source: { type: "doi", url: "nonsense" } }),
    ).rejects.toMatchObject({ code: "source_invalid" });
  });
});

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
