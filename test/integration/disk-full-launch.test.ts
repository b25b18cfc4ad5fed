import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#test/support/database.ts";
import { Kernel } from "#test/support/jupyter.ts";

const port = 3393;
process.env.GATEWAY_PORT = String(port);
const { dataDirectory } = await testDatabase();
const run = promisify(execFile);
await run("mount", ["-t", "tmpfs", "-o", "size=24m,mode=711", "tmpfs", dataDirectory]);
const { startGateway } = await import("#lib/gateway/index.ts");
const sessions = await import("#lib/sessions/index.ts");
const { docker } = await import("#lib/docker.ts");
const { installation } = await import("#lib/sessions/installation.ts");
const { publishPaper, sessionIn } = await import("#test/support/sessions.ts");

const visitor = { userId: null, role: null, visitorId: "reader" };
const context = { signal: new AbortController().signal, lastTry: true };
const ballast = path.join(dataDirectory, "ballast");
let gateway: Awaited<ReturnType<typeof startGateway>>;
let doi: string;

beforeAll(async () => {
  gateway = await startGateway({ port, bind: "127.0.0.1" });
  ({ doi } = await publishPaper());
});
afterAll(async () => {
  await sessions.endAllSessions("shutdown");
  await gateway.close();
  await run("umount", [dataDirectory]);
});

/** Takes what is left of the disk, to the last page. */
async function fill(): Promise<void> {
  for (const size of ["1M", "4k"]) {
    const into = [`of=${ballast}`, "oflag=append", "conv=notrunc"];
    const filling = run("dd", ["if=/dev/zero", `bs=${size}`, ...into]);
    await expect(filling).rejects.toThrow("No space left on device");
  }
}

async function launch() {
  const { id } = await sessions.startSession({ doi }, visitor);
  await sessions.runStartSession({ sessionId: id }, context);
  return await sessions.getSession(id, visitor);
}

async function containers(): Promise<number> {
  const label = [`colophon.installation=${installation()}`, "colophon.session"];
  return (await docker().listContainers({ all: true, filters: { label } })).length;
}

test("a launch that the disk has no room for says so, leaves nothing, and works once there is room", async () => {
  await fill();
  const failed = await launch();
  expect(failed.state).toBe("failed");
  expect(failed.failure).toMatchObject({
    message: "This archive has no space left on its disk.",
    hint: expect.stringMatching(/\S/),
  });
  expect(JSON.stringify(failed.failure)).not.toContain(dataDirectory);
  expect(await containers()).toBe(0);
  expect((await run("findmnt", ["-rn", "-o", "TARGET"])).stdout).not.toContain(
    path.join(dataDirectory, "workspaces"),
  );

  await rm(ballast);
  const { id, state } = await launch();
  expect(state).toBe("ready");
  await sessions.endSession(id, visitor);
  await sessions.runEndSession({ sessionId: id, reason: "user" }, context);
});

test("a disk that fills up under a session fails the write, not the session, and what was saved is kept", async () => {
  const { id, url = "", token = "" } = await launch();
  const kernel = await Kernel.start(url, token);
  expect((await kernel.execute("open('kept.txt', 'w').write('kept'); x = 7")).status).toBe("ok");
  await fill();
  const write = "with open('more.bin', 'wb') as f: f.write(bytes(1 << 20))";
  const refused = await kernel.execute(write);
  expect(refused.status).toBe("error");
  expect(refused.traceback.join("\n")).toContain("No space left on device");
  expect((await kernel.execute("print(x, open('kept.txt').read())")).text).toBe("7 kept\n");
  await rm(ballast);
  expect((await kernel.execute(write)).status).toBe("ok");
  kernel.close();

  await sessions.endSession(id, visitor);
  await sessions.runEndSession({ sessionId: id, reason: "user" }, context);
  await sessionIn(id, "ended");
  const { files } = await sessions.changedFiles(id, visitor);
  expect(files.map((file) => file.path)).toEqual(expect.arrayContaining(["kept.txt", "more.bin"]));
});
