import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "./database.ts";
import { Kernel } from "./jupyter.ts";

/** What holds for a workspace that outgrows its limit, however a session's files reach it. */
export async function testQuota(mode: "overlay" | "stream", port: number): Promise<void> {
  process.env.GATEWAY_PORT = String(port);
  process.env.COLOPHON_WORKSPACE_MODE = mode;
  process.env.COLOPHON_SESSION_DISK = "8m";
  const { dataDirectory } = await testDatabase();
  const { startGateway } = await import("#lib/gateway/index.ts");
  const sessions = await import("#lib/sessions/index.ts");
  const { db } = await import("#lib/db/index.ts");
  const { changes } = await import("#lib/events/index.ts");
  const { publishPaper, sessionIn } = await import("./sessions.ts");

  const visitor = { userId: null, role: null, visitorId: "writer" };
  const forever = { signal: new AbortController().signal, lastTry: true };
  const stop = new AbortController();
  let gateway: Awaited<ReturnType<typeof startGateway>>;
  let watching: Promise<void>;
  let session: { id: string; url: string; token: string; workspaceId: string };
  let kernel: Kernel;

  beforeAll(async () => {
    gateway = await startGateway({ port, bind: "127.0.0.1" });
    const { doi } = await publishPaper();
    const { id } = await sessions.startSession({ doi }, visitor);
    await sessions.runStartSession({ sessionId: id }, forever);
    const { url = "", token = "", workspaceId } = await sessionIn(id, "ready");
    session = { id, url, token, workspaceId };
    kernel = await Kernel.start(url, token);
    watching = sessions.watchQuotas(stop.signal);
  });
  afterAll(async () => {
    stop.abort();
    await watching;
    kernel?.close();
    await sessions.endAllSessions("shutdown");
    await gateway.close();
  });

  /** Resolves when the session's workspace is full, or is so no more. */
  async function becomes(isFull: boolean): Promise<void> {
    for await (const _ of changes(`session:${session.id}`, AbortSignal.timeout(60_000))) {
      if ((await sessions.getSession(session.id, visitor)).workspace.isFull === isFull) return;
    }
  }

  /** Runs Python; gives what it printed or how it failed. */
  async function python(code: string): Promise<string> {
    const { text, traceback } = await kernel.execute(code);
    return text.trim() || traceback.join("\n");
  }

  test(`${mode}: a workspace past its limit: told, nothing more is written, nothing is lost, deleting makes room`, async () => {
    await python("open('kept.bin', 'wb').write(b'k' * 1_000_000)");
    await python("open('large.bin', 'wb').write(b'x' * 9_000_000)");
    await becomes(true);
    const { fullAt, sizeBytes } = await db().workspace.findUniqueOrThrow({
      where: { id: session.workspaceId },
    });
    expect(fullAt).toBeInstanceOf(Date);
    expect(Number(sizeBytes)).toBeGreaterThan(9_900_000);

    const failed = await python("open('more.bin', 'wb').write(b'x' * 100_000)");
    expect(failed).toContain("File too large");
    expect(failed, "in the notebook").toContain("Delete files to be able to write again.");
    const refused = await fetch(`${session.url}api/contents/upload.txt`, {
      method: "PUT",
      headers: { authorization: `token ${session.token}` },
      body: JSON.stringify({ type: "file", format: "text", content: "new" }),
    });
    expect(refused.status).toBe(507);
    expect(await refused.text()).toContain("Delete files to be able to write again.");

    await python("import os; os.remove('large.bin')");
    await becomes(false);
    expect(await python("print(open('more.bin', 'wb').write(b'x' * 100_000))")).toBe("100000");
    expect(await python("print(open('kept.bin').read() == 'k' * 1_000_000)")).toBe("True");
  });

  test(`${mode}: one that lifts its own limit and grows on is ended, and its files are kept`, async () => {
    await python("open('large.bin', 'wb').write(b'x' * 9_000_000)");
    await becomes(true);
    const lift = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1))";
    const grow =
      "f = open('evil.bin', 'wb', buffering=0)\nfor _ in range(120): f.write(b'e' * 1_000_000)";
    // The limit is set again each second; lifted in the same breath, the write goes through now and then.
    const wrote = `${lift}\n${grow}\nprint('written')`;
    expect(await python(wrote)).toBe("written");
    for await (const _ of changes(`session:${session.id}`, AbortSignal.timeout(60_000))) {
      const { state } = await db().session.findUniqueOrThrow({ where: { id: session.id } });
      if (state === "stopping") break;
    }
    await sessions.runEndSession({ sessionId: session.id, reason: "full" }, forever);
    expect(await sessionIn(session.id, "ended")).toMatchObject({ endReason: "full" });
    const folder = mode === "stream" ? "layer/files" : "upper";
    const kept = path.join(dataDirectory, "workspaces", session.workspaceId, folder, "kept.bin");
    expect(await readFile(kept, "utf8")).toBe("k".repeat(1_000_000));
  });
}
