import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { beforeAll, describe, expect, test } from "vitest";
import { testDatabase } from "#test/support/database.ts";
import { somebody } from "#test/support/papers.ts";
import { createPaper } from "#test/support/publishing.ts";

await testDatabase();
const archive = await import("#lib/archive/index.ts");
const { anonymousViewer } = await import("#lib/accounts/index.ts");
const { db } = await import("#lib/db/index.ts");
type Viewer = Awaited<ReturnType<typeof somebody>>;

let owner: Viewer;
let other: Viewer;
beforeAll(async () => {
  owner = await somebody();
  other = await somebody();
});

const create = (title?: string, files?: Record<string, string | Buffer>) =>
  createPaper(owner, title, files);

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
