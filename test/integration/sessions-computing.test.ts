import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#test/support/database.ts";
import { Kernel } from "#test/support/jupyter.ts";

const idleSeconds = 4;
process.env.GATEWAY_PORT = "3384";
process.env.COLOPHON_SESSION_IDLE = String(idleSeconds);
const { dataDirectory } = await testDatabase();
const { startGateway } = await import("#lib/gateway/index.ts");
const sessions = await import("#lib/sessions/index.ts");
const { db } = await import("#lib/db/index.ts");
const { insertSession } = await import("#test/support/sessions-rows.ts");
const { publishPaper, sessionIn } = await import("#test/support/sessions.ts");

const visitor = { userId: null, role: null, visitorId: "calculator" };
const stop = new AbortController();
const context = { signal: stop.signal, lastTry: true };
let gateway: Awaited<ReturnType<typeof startGateway>>;
let watching: Promise<void>;
let doi = "";

beforeAll(async () => {
  gateway = await startGateway({ port: 3384, bind: "127.0.0.1" });
  ({ doi } = await publishPaper());
  watching = sessions.watchEnds(stop.signal);
});
afterAll(async () => {
  stop.abort();
  await watching;
  await sessions.endAllSessions("shutdown");
  await gateway.close();
});

/** A session in which that code runs while nobody looks on any more. */
async function computing(code: string) {
  const { id } = await sessions.startSession({ doi }, visitor);
  await sessions.runStartSession({ sessionId: id }, context);
  const { url = "", token = "", workspaceId } = await sessionIn(id, "ready");
  const kernel = await Kernel.start(url, token);
  const running = expect(kernel.execute(code)).rejects.toThrow("closed");
  const headers = { authorization: `token ${token}` };
  const kernels = async () => (await fetch(`${url}api/kernels`, { headers })).json();
  await expect.poll(kernels).toMatchObject([{ execution_state: "busy" }]);
  kernel.close();
  await running;
  await expect.poll(kernels).toMatchObject([{ execution_state: "busy", connections: 0 }]);
  return { id, workspaceId };
}

const row = (id: string) => db().session.findUniqueOrThrow({ where: { id } });

test("a cell that computes in silence, its browser closed, is finished before the session counts as idle", async () => {
  const { id, workspaceId } = await computing(`
import os, time
while not os.path.exists('go'): time.sleep(0.05)
open('result.txt', 'w').write('42')`);
  const begun = (await row(id)).lastActivityAt.getTime();
  const lasted = async () => {
    const { state, lastActivityAt } = await row(id);
    expect(state).toBe("ready");
    return lastActivityAt.getTime() - begun;
  };
  await expect.poll(lasted, { timeout: 30_000 }).toBeGreaterThan(2.5 * idleSeconds * 1000);

  const { engineRef } = await row(id);
  await sessions.engine().exec(engineRef ?? "", ["touch", "/home/jovyan/work/go"]);
  const went = Date.now();
  await sessionIn(id, "stopping");
  expect(Date.now() - went).toBeGreaterThan((idleSeconds - 1) * 1000);
  await sessions.runEndSession({ sessionId: id, reason: "" }, context);
  expect(await sessionIn(id, "ended")).toMatchObject({ endReason: "idle" });
  const result = path.join(dataDirectory, "workspaces", workspaceId, "upper/result.txt");
  expect(await readFile(result, "utf8")).toBe("42");
});

test("a loop without end is ended by the session's maximum", async () => {
  const { id } = await computing("while True: pass");
  const expiresAt = new Date(Date.now() + 2.5 * idleSeconds * 1000);
  await db().session.update({ where: { id }, data: { expiresAt } });
  await sessionIn(id, "stopping");
  expect(Date.now()).toBeGreaterThanOrEqual(expiresAt.getTime());
  await sessions.runEndSession({ sessionId: id, reason: "" }, context);
  expect(await sessionIn(id, "ended")).toMatchObject({ endReason: "expired" });
});

const later = new Date(Date.now() + 3_600_000).toISOString();
test.each([
  [
    "that it will compute later",
    JSON.stringify([{ execution_state: "idle", last_activity: later }]),
  ],
  ["something else", "{}"],
  ["more than anybody listens to", "[".repeat(1_000_000)],
])("a session whose server says %s is as idle as it seems", async (_, answer) => {
  const server = createServer((_request, response) => response.end(answer));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const { id } = await insertSession({ kind: "tcp", host: "127.0.0.1", port });
  expect(await sessionIn(id, "stopping")).toMatchObject({ endReason: "idle" });
  server.close();
});
