import { lstat, readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "./database.ts";
import { Kernel } from "./jupyter.ts";

/**
 * What holds however a session's files reach it: the version's files are there and writable, what is changed
 * is kept for the next session, and becomes part of the fork's draft.
 */
export async function testWorkspaceMode(mode: "overlay" | "volume" | "stream", port: number) {
  process.env.COLOPHON_WORKSPACE_MODE = mode;
  process.env.GATEWAY_PORT = String(port);
  const { dataDirectory } = await testDatabase();
  const { forkVersion, openBlob, putDraftFile } = await import("#lib/archive/index.ts");
  const { startGateway } = await import("#lib/gateway/index.ts");
  const sessions = await import("#lib/sessions/index.ts");
  const { db } = await import("#lib/db/index.ts");
  const { person, publishPaper, sessionIn } = await import("./sessions.ts");
  const context = { signal: new AbortController().signal, lastTry: true };

  let gateway: Awaited<ReturnType<typeof startGateway>>;
  let fork: Awaited<ReturnType<typeof forkVersion>>;
  let viewer: Awaited<ReturnType<typeof person>>;

  beforeAll(async () => {
    gateway = await startGateway({ port, bind: "127.0.0.1" });
    const { versionId } = await publishPaper();
    viewer = await person("forker");
    fork = await forkVersion({ versionId, viewer });
  });
  afterAll(async () => {
    await sessions.endAllSessions("shutdown");
    await gateway.close();
    // For an ordinary user, what sessions wrote is not the test's to remove.
    const { removeWorkspaceFiles, storedWorkspaces } = await import("#lib/sessions/workspace.ts");
    const built = await db().environment.findFirst({ where: { imageId: { not: null } } });
    for (const id of await storedWorkspaces())
      await removeWorkspaceFiles(id, built?.imageId ?? null);
  });

  const open = async () => {
    const { id, workspaceId } = await sessions.startSession({ fork: fork.id }, viewer);
    await sessions.runStartSession({ sessionId: id }, context);
    const { url = "", token = "" } = await sessionIn(id, "ready");
    return { id, workspaceId, kernel: await Kernel.start(url, token) };
  };
  const end = async (id: string) => {
    await sessions.endSession(id, viewer);
    await sessions.runEndSession({ sessionId: id, reason: "user" }, context);
    await sessionIn(id, "ended");
  };
  const draftFiles = async () => {
    const rows = await db().file.findMany({ where: { versionId: fork.draft?.id ?? "" } });
    const texts = rows.map(async ({ path: name, sha256 }) => {
      const chunks = await openBlob(sha256).toArray();
      return [name, Buffer.concat(chunks).toString()] as const;
    });
    return Object.fromEntries(await Promise.all(texts));
  };

  test(`${mode}: changes of a fork's session become part of its draft, and are there the next time`, async () => {
    const first = await open();
    const changed = await first.kernel.execute(`
import os, shutil
open('data/values.csv', 'a').write('58\\n')
os.makedirs('results/deep')
open('results/deep/new.txt', 'w').write('new')
os.remove('data/old.txt')
os.symlink('/etc/passwd', 'link')
os.symlink('/', 'data/root')
os.mkfifo('pipe')
os.makedirs('.ipynb_checkpoints'); open('.ipynb_checkpoints/x', 'w').write('x')
open('run.sh', 'w').write('#!/bin/sh\\n'); os.chmod('run.sh', 0o755)
print(sorted(os.listdir('.')), os.getcwd())`);
    expect(changed.traceback).toEqual([]);
    expect(changed.text).toContain("/home/jovyan/work");

    const expected = {
      "README.md": "Read me.\n",
      "data/values.csv": "1\n2\n39\n58\n",
      "paper.ipynb": expect.stringContaining("A paper for the tests"),
      "results/deep/new.txt": "new",
      "run.sh": "#!/bin/sh\n",
    };
    await sessions.commitWorkspace(first.workspaceId);
    expect(await draftFiles()).toEqual(expected);
    const script = await db().file.findFirstOrThrow({ where: { path: "run.sh" } });
    expect(script.executable).toBe(true);

    await first.kernel.execute("os.remove('README.md'); open('last.txt', 'w').write('last')");
    first.kernel.close();
    await end(first.id);
    const { "README.md": _, ...rest } = expected;
    expect(await draftFiles()).toEqual({ ...rest, "last.txt": "last" });

    const second = await open();
    const seen = await second.kernel.execute(`
import os
print(open('data/values.csv').read().split(), os.path.exists('data/old.txt'), os.path.exists('README.md'), open('last.txt').read(), os.access('run.sh', os.X_OK))`);
    expect(seen.text).toBe("['1', '2', '39', '58'] False False last True\n");
    expect(second.workspaceId).toBe(first.workspaceId);
    const again = await sessions.startSession({ fork: fork.id }, viewer);
    expect(again.id).toBe(second.id);
    second.kernel.close();
    await end(second.id);
  });

  test(`${mode}: what is edited on the page after a session is not undone by it`, async () => {
    const first = await open();
    const write = "open('notes.txt', 'w').write('from the session')";
    expect((await first.kernel.execute(write)).status).toBe("ok");
    first.kernel.close();
    await end(first.id);
    expect((await draftFiles())["notes.txt"]).toBe("from the session");

    const { Readable } = await import("node:stream");
    await putDraftFile(fork.id, "notes.txt", Readable.from([Buffer.from("from the page")]), viewer);
    await sessions.commitDraftWorkspace(fork.draft?.id ?? "");
    expect((await draftFiles())["notes.txt"]).toBe("from the page");
    const second = await open();
    expect((await second.kernel.execute("print(open('notes.txt').read())")).text).toBe(
      "from the page\n",
    );

    // Added on the page while a session runs that does not see it: not a deletion.
    await putDraftFile(fork.id, "added.txt", Readable.from([Buffer.from("added")]), viewer);
    await sessions.commitWorkspace(second.workspaceId);
    expect((await draftFiles())["added.txt"]).toBe("added");
    second.kernel.close();
    await end(second.id);
    expect((await draftFiles())["added.txt"]).toBe("added");
  });

  test(`${mode}: nothing of the published version was touched, no server and no mount is left`, async () => {
    const version = await db().version.findFirstOrThrow({
      where: { state: "published" },
      include: { files: true },
    });
    expect(version.files.map((file) => file.path).sort()).toEqual([
      "README.md",
      "data/old.txt",
      "data/values.csv",
      "paper.ipynb",
    ]);
    const values = version.files.find((file) => file.path === "data/values.csv")?.sha256 ?? "";
    const blob = path.join(dataDirectory, "blobs", values.slice(0, 2), values.slice(2, 4), values);
    expect(await readFile(blob, "utf8")).toBe("1\n2\n39\n");
    expect((await lstat(blob)).nlink).toBeGreaterThan(1);
    expect(await sessions.engine().list()).toEqual([]);
    expect(await readFile("/proc/self/mountinfo", "utf8")).not.toContain(dataDirectory);
  });
}
