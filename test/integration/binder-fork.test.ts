import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fetched } from "#test/support/binder-sources.ts";
import { testDatabase } from "#test/support/database.ts";
import { notebook, somebody } from "#test/support/papers.ts";
import { publishPaper } from "#test/support/publishing.ts";
import { gitDaemon, makeRepository } from "#test/support/repository.ts";

await testDatabase();
const base = await mkdtemp(path.join(tmpdir(), "colophon-launched-"));
const daemon = await gitDaemon(base);
process.env.COLOPHON_FETCH_ALLOW = `127.0.0.1:${daemon.port}`;
const { forkVersion, getPublication, listFiles, onBeforePublish, setDraftMetadata } = await import(
  "#lib/archive/index.ts"
);
const { anonymousViewer } = await import("#lib/accounts/index.ts");
const { collectSources } = await import("#lib/binder/index.ts");
const { db } = await import("#lib/db/index.ts");
const { newSessionId, newSessionToken } = await import("#lib/sessions/identifiers.ts");

const address = `git://127.0.0.1:${daemon.port}/work`;
let commit: string | undefined;
let launched: Awaited<ReturnType<typeof fetched>>;
beforeAll(async () => {
  const made = await makeRepository(path.join(base, "work"), [
    { message: "first", files: { "paper.ipynb": notebook("Launched"), "data.csv": "1\n" } },
  ]);
  commit = made.first;
  launched = await fetched(`git/${encodeURIComponent(address)}/main`);
});
afterAll(async () => {
  delete process.env.COLOPHON_FETCH_ALLOW;
  await daemon.close();
  await rm(base, { recursive: true, force: true });
});

/** A session of what was launched, that is over: as a person's, or a visitor's. */
async function over(owner: { userId?: string; visitorId?: string }) {
  const { versionId } = launched;
  const { userId = null, visitorId = null } = owner;
  const expiresAt = new Date(Date.now() + 3_600_000);
  const workspace = await db().workspace.create({
    data: { versionId, ownerId: userId, visitorId, expiresAt },
  });
  const data = { versionId, workspaceId: workspace.id, userId, visitorId, state: "ended" as const };
  await db().session.create({ data: { id: newSessionId(), token: newSessionToken(), ...data } });
  return workspace.id;
}

test("what a reader changed in a launched repository becomes a draft of theirs that names the repository", async () => {
  const reader = { ...(await somebody()), visitorId: "launched-here" };
  const workspaceId = await over({ visitorId: "launched-here" });
  const ask = (viewer: Parameters<typeof forkVersion>[0]["viewer"]) =>
    forkVersion({ versionId: launched.versionId, viewer, workspaceId });
  await expect(ask(anonymousViewer)).rejects.toMatchObject({ code: "sign_in_required" });
  await expect(ask(await somebody())).rejects.toMatchObject({ code: "not_found" });
  const fork = await ask(reader);
  expect(fork).toMatchObject({
    owner: { id: reader.userId },
    title: "Launched",
    repository: { type: "git", url: address, ref: commit },
    draft: { state: "draft", fileCount: 2, ingest: { state: "ready" } },
  });
  // The draft that it was launched from is nobody's page.
  expect(fork.forkedFrom).toBeUndefined();
  const files = await listFiles(fork.draft?.id ?? "", reader);
  expect(files.map((file) => file.path)).toEqual(["data.csv", "paper.ipynb"]);
  expect((await ask(reader)).id).toBe(fork.id);
});

test("without a workspace it is forked by who launched it, and is nobody else's to see", async () => {
  const { versionId } = launched;
  const reader = await somebody();
  await expect(forkVersion({ versionId, viewer: reader })).rejects.toMatchObject({
    code: "not_found",
  });
  await over({ userId: reader.userId });
  const fork = await forkVersion({ versionId, viewer: reader });
  expect(fork).toMatchObject({ owner: { id: reader.userId }, repository: { url: address } });
  const operator = await somebody("administrator");
  await over({ userId: operator.userId });
  expect((await forkVersion({ versionId, viewer: operator })).draft?.fileCount).toBe(2);
});

test("the repository stays named when the launch is forgotten and the fork is published", async () => {
  const reader = await somebody();
  const workspaceId = await over({ userId: reader.userId });
  const { id } = await forkVersion({ versionId: launched.versionId, viewer: reader, workspaceId });
  await db().workspace.updateMany({
    where: { versionId: launched.versionId },
    data: { expiresAt: new Date(0) },
  });
  expect(await collectSources(Date.now() + 400 * 24 * 3_600_000)).toBe(1);
  await setDraftMetadata(id, { authors: [{ name: "Grace Hopper" }], license: "MIT" }, reader);
  onBeforePublish(async () => undefined);
  await publishPaper(id, reader);
  const seen = await getPublication(id, anonymousViewer);
  expect(seen.versions).toHaveLength(1);
  expect(seen.repository).toEqual({ type: "git", url: address, ref: commit });
});
