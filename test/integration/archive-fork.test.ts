import { Readable } from "node:stream";
import { beforeAll, describe, expect, test } from "vitest";
import { testDatabase } from "#test/support/database.ts";
import { notebook, somebody } from "#test/support/papers.ts";
import { createPaper, publishPaper } from "#test/support/publishing.ts";

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
const publish = (slug: string, viewer: Viewer = owner) => publishPaper(slug, viewer);

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
