import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#test/support/database.ts";
import { Kernel } from "#test/support/jupyter.ts";

process.env.GATEWAY_PORT = "3411";
process.env.COLOPHON_POOL_MIN = "2";
const { dataDirectory } = await testDatabase();
const { startGateway } = await import("#lib/gateway/index.ts");
const sessions = await import("#lib/sessions/index.ts");
const { slotsDirectory } = await import("#lib/sessions/pool/slot-folder.ts");
const { db } = await import("#lib/db/index.ts");
const { publishPaper, sessionIn } = await import("#test/support/sessions.ts");
const { runPool, slotsReady } = await import("#test/support/pool.ts");

const visitor = { userId: null, role: null, visitorId: "visitor-1" };
const context = { signal: new AbortController().signal, lastTry: true };
let gateway: Awaited<ReturnType<typeof startGateway>>;
let pool: Awaited<ReturnType<typeof runPool>>;
let doi = "";

beforeAll(async () => {
  gateway = await startGateway({ port: 3411, bind: "127.0.0.1" });
  ({ doi } = await publishPaper());
  pool = await runPool();
});
afterAll(async () => {
  await pool?.stop();
  await sessions.endAllSessions("shutdown");
  await gateway?.close();
  const table = await readFile("/proc/self/mountinfo", "utf8");
  expect(table).not.toContain(dataDirectory);
  expect(table).not.toContain(slotsDirectory());
  expect(await sessions.engine().list()).toEqual([]);
});

test("a fresh paper is warm: its session has a slot's server, with the paper's files, and keeps what is written", async () => {
  await slotsReady(2);
  const waiting = await db().slot.findMany();
  const answer = await sessions.startSession({ doi, path: "paper.ipynb" }, visitor);
  expect(answer.warm).toBe(true);
  // On a busy machine the answer does not wait for it.
  const session = await sessionIn(answer.id, "ready");
  expect(session.warm).toBe(true);
  expect(waiting.map(({ id }) => id)).toContain(session.id);
  expect(await db().slot.findUnique({ where: { id: session.id } })).toBeNull();

  const { url = "", token = "" } = session;
  const kernel = await Kernel.start(url, token);
  const sum = await kernel.execute("print(sum(int(line) for line in open('data/values.csv')))");
  expect(sum).toMatchObject({ traceback: [], text: "42\n" });
  const where = await kernel.execute(
    "import os; print(os.getcwd(), open('new.txt', 'w').write('new'))",
  );
  expect(where.text).toBe("/home/jovyan/work 3\n");
  kernel.close();
  const listed = await fetch(`${url}api/contents/?token=${token}`);
  const { content } = (await listed.json()) as { content: { name: string }[] };
  expect(content.map(({ name }) => name).sort()).toEqual([
    "README.md",
    "data",
    "new.txt",
    "paper.ipynb",
  ]);

  await sessions.endSession(session.id, visitor);
  await sessions.runEndSession({ sessionId: session.id, reason: "user" }, context);
  await sessionIn(session.id, "ended");
  const upper = `${dataDirectory}/workspaces/${session.workspaceId}/upper/new.txt`;
  expect(await readFile(upper, "utf8")).toBe("new");
  expect(await readFile("/proc/self/mountinfo", "utf8")).not.toContain(session.id);
  // Its place in the pool is taken again.
  await slotsReady(2);
});
