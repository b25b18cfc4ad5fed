import { Readable } from "node:stream";
import { beforeAll, describe, expect, test } from "vitest";
import { testDatabase } from "#test/support/database.ts";
import { somebody } from "#test/support/papers.ts";
import { createPaper, publishPaper } from "#test/support/publishing.ts";

await testDatabase();
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

const create = (title?: string, files?: Record<string, string | Buffer>) =>
  createPaper(owner, title, files);
const publish = (slug: string, viewer: Viewer = owner) => publishPaper(slug, viewer);

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
