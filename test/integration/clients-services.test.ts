import type { IKernelConnection } from "@jupyterlab/services/lib/kernel/kernel.js";
import type { IIOPubMessage } from "@jupyterlab/services/lib/kernel/messages.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#test/support/database.ts";

const gatewayPort = 3385;
process.env.GATEWAY_PORT = String(gatewayPort);
await testDatabase();
const { startGateway } = await import("#lib/gateway/index.ts");
const { startSession, runStartSession, endAllSessions } = await import("#lib/sessions/index.ts");
const { publishPaper, sessionIn } = await import("#test/support/sessions.ts");
const { ServiceManager, ServerConnection } = await import("@jupyterlab/services");

let gateway: Awaited<ReturnType<typeof startGateway>>;
let manager: InstanceType<typeof ServiceManager>;

beforeAll(async () => {
  gateway = await startGateway({ port: gatewayPort, bind: "127.0.0.1" });
  const { doi } = await publishPaper();
  const visitor = { userId: null, role: null, visitorId: "visitor-1" };
  const { id } = await startSession({ doi, path: "paper.ipynb" }, visitor);
  await runStartSession({ sessionId: id }, { signal: new AbortController().signal, lastTry: true });
  const { url = "", token = "" } = await sessionIn(id, "ready");
  const serverSettings = ServerConnection.makeSettings({
    baseUrl: url,
    wsUrl: url.replace(/^http/, "ws"),
    token,
    appendToken: true,
  });
  manager = new ServiceManager({ serverSettings });
  await manager.ready;
});
afterAll(async () => {
  manager?.dispose();
  await endAllSessions("shutdown");
  await gateway.close();
});

/** Runs code and gives what it printed. */
async function run(kernel: IKernelConnection, code: string): Promise<string> {
  let printed = "";
  const future = kernel.requestExecute({ code });
  future.onIOPub = (message: IIOPubMessage) => {
    if (message.header.msg_type === "stream" && "text" in message.content) {
      printed += String(message.content.text);
    }
  };
  const reply = await future.done;
  expect(reply.content.status).toBe("ok");
  return printed;
}

/** Resolves when the connection says so. */
function becomes(kernel: IKernelConnection, status: "connected" | "connecting"): Promise<void> {
  if (kernel.connectionStatus === status) return Promise.resolve();
  return new Promise((resolve) => {
    const look = (_: IKernelConnection, now: string) => {
      if (now !== status) return;
      kernel.connectionStatusChanged.disconnect(look);
      resolve();
    };
    kernel.connectionStatusChanged.connect(look);
  });
}

test("@jupyterlab/services lists kernels, runs code, saves a file, and takes up a restarted gateway", async () => {
  expect(Object.keys(manager.kernelspecs.specs?.kernelspecs ?? {})).toContain("python3");
  const kernel = await manager.kernels.startNew({ name: "python3" });
  await manager.kernels.refreshRunning();
  expect([...manager.kernels.running()].map(({ id }) => id)).toContain(kernel.id);
  expect(await run(kernel, "kept = 6 * 7; print(kept)")).toBe("42\n");

  const saved = await manager.contents.save("notes.txt", {
    type: "file",
    format: "text",
    content: "from a program",
  });
  expect(saved.path).toBe("notes.txt");
  expect(await run(kernel, "print(open('notes.txt').read())")).toBe("from a program\n");

  const lost = becomes(kernel, "connecting");
  await gateway.close();
  await lost;
  gateway = await startGateway({ port: gatewayPort, bind: "127.0.0.1" });
  await becomes(kernel, "connected");
  expect(await run(kernel, "print(kept)")).toBe("42\n");
  await kernel.shutdown();
});
