import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { testDatabase } from "#test/support/database.ts";
import { paperZip, somebody } from "#test/support/papers.ts";

await testDatabase();
const archive = await import("#lib/archive/index.ts");
const { anonymousViewer } = await import("#lib/accounts/index.ts");
const { db } = await import("#lib/db/index.ts");

const context = { signal: new AbortController().signal, lastTry: false };

test("from a zip to a DOI: prefilled, described, published, found", async () => {
  const viewer = await somebody();
  const draft = await archive.createFromArchive({
    viewer,
    body: Readable.from([paperZip()]),
    mediaType: "application/zip",
  });
  expect(draft).toMatchObject({
    slug: "a-small-paper",
    title: "A small paper",
    mayEdit: true,
    versions: [],
  });
  expect(draft.draft).toMatchObject({
    number: 1,
    state: "draft",
    doi: null,
    mainNotebook: "paper.ipynb",
    language: "Python",
    fileCount: 4,
    metadata: {
      license: "CC-BY-4.0",
      authors: [{ name: "Lovelace, Ada", orcid: "0000-0002-1825-0097" }],
    },
    environment: { state: "unbuilt" },
  });
  await expect(archive.getPublication(draft.slug, anonymousViewer)).rejects.toMatchObject({
    code: "not_found",
  });

  await archive.publishDraft(draft.slug, viewer);
  const versionId = draft.draft?.id ?? "";
  await archive.runPublish({ versionId }, context);
  await archive.runPublish({ versionId }, context);
  const published = await archive.getPublication(draft.slug, anonymousViewer);
  expect(published.versions).toMatchObject([{ number: 1, state: "published" }]);
  const [version] = published.versions;
  expect(version?.doi).toMatch(/^10\.5072\//);
  expect(published.conceptDoi).not.toBe(version?.doi);
  for (const doi of [version?.doi, published.conceptDoi, version?.doi?.toUpperCase()]) {
    const found = await archive.findByDoi(doi ?? "", anonymousViewer);
    expect(found.version.id).toBe(versionId);
  }
  expect(await db().doi.count()).toBe(2);
});
