import { chmod, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Viewer } from "#lib/accounts/index.ts";
import { testDatabase } from "#test/support/database.ts";
import { Kernel } from "#test/support/jupyter.ts";

const port = 3398;
process.env.GATEWAY_PORT = String(port);
const { dataDirectory } = await testDatabase();
const { startGateway } = await import("#lib/gateway/index.ts");
const { getPublication, openFile } = await import("#lib/archive/index.ts");
const sessions = await import("#lib/sessions/index.ts");
const { db } = await import("#lib/db/index.ts");
const { paperDirectory, person, publishPaper, sessionIn } = await import(
  "#test/support/sessions.ts"
);

const context = { signal: new AbortController().signal, lastTry: true };
const visitor = { userId: null, role: null, visitorId: "browser-1" };
let gateway: Awaited<ReturnType<typeof startGateway>>;

beforeAll(async () => {
  gateway = await startGateway({ port, bind: "127.0.0.1" });
});
afterAll(async () => {
  await sessions.endAllSessions("shutdown");
  await gateway.close();
});

async function work(doi: string, code: string) {
  const { id, workspaceId } = await sessions.startSession({ doi }, visitor);
  await sessions.runStartSession({ sessionId: id }, context);
  const { url = "", token = "" } = await sessionIn(id, "ready");
  const kernel = await Kernel.start(url, token);
  expect((await kernel.execute(code)).status).toBe("ok");
  return { id, workspaceId, kernel };
}

async function contentOf(versionId: string, name: string, viewer: Viewer) {
  const file = await openFile(versionId, name, viewer);
  return Buffer.concat(await file.stream().toArray()).toString();
}

test("what a visitor did becomes a fork of theirs once they sign in, while the session goes on", async () => {
  const { doi } = await publishPaper();
  const { id, workspaceId, kernel } = await work(doi, "x = 7; open('mine.txt', 'w').write('mine')");
  await expect(sessions.saveSessionAsFork(id, visitor)).rejects.toMatchObject({
    code: "sign_in_required",
    status: 401,
  });

  const member = { ...(await person("member")), visitorId: "browser-1" };
  const fork = await sessions.saveSessionAsFork(id, member);
  expect(fork.owner.id).toBe(member.userId);
  expect(fork.forkedFrom?.doi).toBe(doi);
  expect(await contentOf(fork.draft?.id ?? "", "mine.txt", member)).toBe("mine");
  const view = await sessions.getSession(id, member);
  expect(view).toMatchObject({ isFork: true, workspaceId, publication: { id: fork.id } });
  await expect(sessions.getSession(id, visitor)).rejects.toMatchObject({ code: "not_found" });

  // The same kernel, the same files; what comes next is kept with the fork, too.
  const more = await kernel.execute("print(x); _ = open('mine.txt', 'a').write(' and more')");
  expect(more.text).toBe("7\n");
  kernel.close();
  const again = await sessions.saveSessionAsFork(id, member);
  expect(again.id).toBe(fork.id);
  expect(await contentOf(fork.draft?.id ?? "", "mine.txt", member)).toBe("mine and more");

  const joined = await sessions.startSession({ fork: fork.slug }, member);
  expect(joined.id).toBe(id);
  await sessions.endSession(id, member);
  await sessions.runEndSession({ sessionId: id, reason: "user" }, context);
  const workspace = await db().workspace.findUniqueOrThrow({ where: { id: workspaceId } });
  expect(workspace.expiresAt).toBeNull();
});

test("an ended session can still be saved, until its workspace is gone", async () => {
  const { doi } = await publishPaper();
  const { id, workspaceId, kernel } = await work(doi, "open('late.txt', 'w').write('late')");
  kernel.close();
  await sessions.endSession(id, visitor);
  await sessions.runEndSession({ sessionId: id, reason: "user" }, context);
  const member = { ...(await person("latecomer")), visitorId: "browser-1" };
  await db().workspace.update({ where: { id: workspaceId }, data: { expiresAt: new Date(0) } });
  await expect(sessions.saveSessionAsFork(id, member)).rejects.toMatchObject({
    code: "workspace_gone",
  });
  await db().workspace.update({
    where: { id: workspaceId },
    data: { expiresAt: new Date(Date.now() + 60_000) },
  });
  const fork = await sessions.saveSessionAsFork(id, member);
  expect(await contentOf(fork.draft?.id ?? "", "late.txt", member)).toBe("late");
  expect((await getPublication(fork.id, member)).draft?.fileCount).toBe(5);
});

test("more time is given on request, but not without end", async () => {
  const { doi } = await publishPaper();
  const { id, kernel } = await work(doi, "1");
  kernel.close();
  const soon = new Date(Date.now() + 60_000);
  await db().session.update({ where: { id }, data: { expiresAt: soon } });
  const extended = await sessions.extendSession(id, visitor);
  expect(Date.parse(extended.expiresAt ?? "") - Date.now()).toBeGreaterThan(5.9 * 3_600_000);
  const longAgo = new Date(Date.now() - 3 * 6 * 3_600_000 + 60_000);
  await db().session.update({ where: { id }, data: { readyAt: longAgo, expiresAt: soon } });
  await expect(sessions.extendSession(id, visitor)).rejects.toMatchObject({
    code: "cannot_extend",
  });
  await sessions.endSession(id, visitor);
  await expect(sessions.extendSession(id, visitor)).rejects.toMatchObject({
    code: "cannot_extend",
  });
});

test("a server that does not come up is explained with its log, without its token, and leaves nothing", async () => {
  const directory = await mkdtemp(path.join(tmpdir(), "colophon-paper-"));
  try {
    await cp(paperDirectory, directory, { recursive: true });
    const start = path.join(directory, "start");
    await writeFile(
      start,
      '#!/bin/sh\necho "the token is $JUPYTER_TOKEN"\necho "no such licence server" >&2\nexit 3\n',
    );
    await chmod(start, 0o755);
    const { doi } = await publishPaper(directory);
    const { id } = await sessions.startSession({ doi }, visitor);
    await sessions.runStartSession({ sessionId: id }, context);
    const failed = await sessionIn(id, "failed");
    expect(failed.failure?.log).toContain("the token is [redacted]");
    expect(failed.failure?.log).toContain("no such licence server");
    expect(failed.failure?.message).toContain("(code 3)");
    expect(failed).not.toHaveProperty("token");
    const servers = await sessions.engine().list();
    expect(servers.filter(({ sessionId }) => sessionId === id)).toEqual([]);
    const { workspaceId } = failed;
    expect(await readFile("/proc/self/mountinfo", "utf8")).not.toContain(
      path.join(dataDirectory, "workspaces", workspaceId),
    );
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});

test("requests for what cannot be run are refused", async () => {
  const { doi, publicationId, author } = await publishPaper();
  const start = (request: Parameters<typeof sessions.startSession>[0]) =>
    sessions.startSession(request, visitor);
  await expect(start({})).rejects.toMatchObject({ code: "bad_session_request" });
  await expect(start({ doi, fork: "x" })).rejects.toMatchObject({ code: "bad_session_request" });
  await expect(start({ doi: "10.5072/nothing" })).rejects.toMatchObject({ status: 404 });
  await expect(start({ fork: publicationId })).rejects.toMatchObject({ status: 404 });
  for (const bad of ["../x", "/etc/passwd", "nothing.ipynb", "a\\..\\b"]) {
    await expect(start({ doi, path: bad })).rejects.toMatchObject({ code: "bad_path" });
  }
  await expect(start({ doi, parameters: { a: "x".repeat(20_000) } })).rejects.toMatchObject({
    code: "parameters_too_large",
  });
  const { withdrawVersion } = await import("#lib/archive/index.ts");
  await withdrawVersion(publicationId, 1, "an error", author);
  await expect(start({ doi })).rejects.toMatchObject({ code: "version_withdrawn", status: 410 });
});
