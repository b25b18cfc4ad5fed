import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#test/support/database.ts";
import { Kernel } from "#test/support/jupyter.ts";

process.env.GATEWAY_PORT = "3391";
const { dataDirectory } = await testDatabase();
const { startGateway } = await import("#lib/gateway/index.ts");
const { startSession, runStartSession, runEndSession, endSession, endAllSessions, engine } =
  await import("#lib/sessions/index.ts");
const { db } = await import("#lib/db/index.ts");
const { publishPaper, sessionIn } = await import("#test/support/sessions.ts");

const visitor = { userId: null, role: null, visitorId: "visitor-1" };
const context = { signal: new AbortController().signal, lastTry: true };
let gateway: Awaited<ReturnType<typeof startGateway>>;
let doi = "";

beforeAll(async () => {
  gateway = await startGateway({ port: 3391, bind: "127.0.0.1" });
  ({ doi } = await publishPaper());
});
afterAll(async () => {
  await endAllSessions("shutdown");
  await gateway.close();
});

test("a session starts, runs code through the gateway, and keeps what was written in its workspace", async () => {
  const { id } = await startSession({ doi, path: "paper.ipynb" }, visitor);
  await runStartSession({ sessionId: id }, context);
  const { url = "", token = "", workspaceId } = await sessionIn(id, "ready");
  const kernel = await Kernel.start(url, token);
  await kernel.idle();

  const sum = await kernel.execute("print(sum(int(line) for line in open('data/values.csv')))");
  expect(sum).toMatchObject({ status: "ok", text: "42\n" });
  const write = "open('data/values.csv', 'a').write('58\\n'); open('new.txt', 'w').write('new')";
  expect((await kernel.execute(write)).status).toBe("ok");
  kernel.close();

  const listed = await fetch(`${url}api/contents/?token=${token}`);
  const names = ((await listed.json()) as { content: { name: string }[] }).content;
  expect(names.map(({ name }) => name).sort()).toEqual([
    "README.md",
    "data",
    "new.txt",
    "paper.ipynb",
  ]);

  await endSession(id, visitor);
  await runEndSession({ sessionId: id, reason: "user" }, context);
  await sessionIn(id, "ended");
  const upper = path.join(dataDirectory, "workspaces", workspaceId, "upper");
  expect((await readdir(upper)).sort()).toEqual(["data", "new.txt"]);
  expect(await readFile(path.join(upper, "data/values.csv"), "utf8")).toBe("1\n2\n39\n58\n");
  const original = await db().file.findFirstOrThrow({ where: { path: "data/values.csv" } });
  const blob = path.join(
    dataDirectory,
    "blobs",
    original.sha256.slice(0, 2),
    original.sha256.slice(2, 4),
    original.sha256,
  );
  expect(await readFile(blob, "utf8")).toBe("1\n2\n39\n");
  expect(await engine().list()).toEqual([]);
});
