import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { testDatabase } from "#test/support/database.ts";
import { Kernel } from "#test/support/jupyter.ts";

process.env.GATEWAY_PORT = "3385";
process.env.COLOPHON_SESSION_MEMORY = "400m";
const { dataDirectory } = await testDatabase();
const { startGateway } = await import("#lib/gateway/index.ts");
const sessions = await import("#lib/sessions/index.ts");
const { publishPaper, sessionIn } = await import("#test/support/sessions.ts");

const visitor = { userId: null, role: null, visitorId: "greedy" };
const stop = new AbortController();
const context = { signal: stop.signal, lastTry: true };
const gateway = await startGateway({ port: 3385, bind: "127.0.0.1" });
const watching = sessions.watchServers(stop.signal);

afterAll(async () => {
  stop.abort();
  await watching;
  await sessions.endAllSessions("shutdown");
  await gateway.close();
});

test("a session whose server is killed for its memory ends as such, and its files are kept", async () => {
  const { doi } = await publishPaper();
  const { id } = await sessions.startSession({ doi }, visitor);
  await sessions.runStartSession({ sessionId: id }, context);
  const { url = "", token = "", workspaceId } = await sessionIn(id, "ready");
  const kernel = await Kernel.start(url, token);
  await kernel.execute("open('kept.txt', 'w').write('kept')");
  // A kernel that needs too much is killed and started anew by itself; so the server is offered in its place.
  const eat = `
import os
open(f'/proc/{os.getppid()}/oom_score_adj', 'w').write('1000')
hoard = []
while True: hoard.append(bytearray(b'x' * 10_000_000))`;
  const eating = kernel.execute(eat);
  await expect(eating).rejects.toThrow("closed");
  await sessionIn(id, "stopping");
  await sessions.runEndSession({ sessionId: id, reason: "" }, context);
  expect(await sessionIn(id, "ended")).toMatchObject({ endReason: "oom" });
  const kept = path.join(dataDirectory, "workspaces", workspaceId, "upper", "kept.txt");
  expect(await readFile(kept, "utf8")).toBe("kept");
});
