import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#test/support/database.ts";
import { Kernel } from "#test/support/jupyter.ts";

const port = 3396;
process.env.GATEWAY_PORT = String(port);
const { dataDirectory } = await testDatabase();
const { startGateway } = await import("#lib/gateway/index.ts");
const { startSession, runStartSession, endAllSessions, engine, upstreamToken } = await import(
  "#lib/sessions/index.ts"
);
const { newSessionId } = await import("#lib/sessions/identifiers.ts");
const { becomesReady } = await import("#lib/sessions/readiness.ts");
const { db } = await import("#lib/db/index.ts");
const { publishPaper, sessionIn } = await import("#test/support/sessions.ts");

const context = { signal: new AbortController().signal, lastTry: true };
let gateway: Awaited<ReturnType<typeof startGateway>>;
let kernel: Kernel;
let mine: { id: string; token: string; url: string };
let neighbour: { id: string; token: string };

async function launch(doi: string, visitorId: string) {
  const { id } = await startSession({ doi }, { userId: null, role: null, visitorId });
  await runStartSession({ sessionId: id }, context);
  const { url = "", token = "" } = await sessionIn(id, "ready");
  return { id, url, token };
}

beforeAll(async () => {
  gateway = await startGateway({ port, bind: "127.0.0.1" });
  const { doi } = await publishPaper();
  [mine, neighbour] = await Promise.all([launch(doi, "one"), launch(doi, "two")]);
  kernel = await Kernel.start(mine.url, mine.token);
});
afterAll(async () => {
  kernel?.close();
  await endAllSessions("shutdown");
  await gateway.close();
});

/** Runs Python inside the session and gives what it printed. */
async function inside(code: string): Promise<string> {
  const { text, traceback } = await kernel.execute(code);
  if (traceback.length > 0) throw new Error(traceback.join("\n"));
  return text.trim();
}

test("a session has no network: nothing but its own loopback", async () => {
  expect(await inside("import os; print(os.listdir('/sys/class/net'))")).toBe("['lo']");
  const probe = (host: string, to: number) => `
import socket
try:
    socket.create_connection(("${host}", ${to}), timeout=2); print("reached")
except OSError as error:
    print("unreachable")`;
  for (const [host, to] of [
    ["1.1.1.1", 80],
    ["172.17.0.1", port],
    ["169.254.169.254", 80],
    ["127.0.0.1", port],
  ] as const) {
    expect(await inside(probe(host, to))).toBe("unreachable");
  }
  expect(await inside("print(sum(1 for line in open('/proc/net/route')) - 1)")).toBe("0");
});

test("it is nobody: uid 1000, no capabilities, no way to gain any", async () => {
  expect(await inside("print(os.getuid(), os.getgid(), os.getgroups())")).toMatch(
    /^1000 1000 \[(1000)?\]$/,
  );
  const status = await inside("print(open('/proc/self/status').read())");
  for (const set of ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"]) {
    expect(status).toMatch(new RegExp(`${set}:\\s+0{16}`));
  }
  expect(status).toMatch(/NoNewPrivs:\s+1/);
  expect(status).toMatch(/Seccomp:\s+2/);
  expect(await inside("print(os.system('mount -t tmpfs none /mnt 2>/dev/null') != 0)")).toBe(
    "True",
  );
  expect(await inside("print(os.path.exists('/dev/kmsg') or os.path.exists('/dev/mem'))")).toBe(
    "False",
  );
});

test("it sees neither the engine, nor the portal's data, nor another session", async () => {
  const seen = await inside(`
found = []
for root, folders, files in os.walk('/', onerror=lambda _: None):
    if root in ('/proc', '/sys'): folders[:] = []
    found += [os.path.join(root, name) for name in files if name.endswith('.sock')]
print(found)`);
  expect(seen).toBe("['/run/colophon/jupyter.sock']");
  const mounts = await inside("print(open('/proc/self/mountinfo').read())");
  expect(mounts).not.toContain(neighbour.id);
  expect(await inside(`print(os.path.exists('${dataDirectory}'))`)).toBe("False");
  const text = await inside("print(dict(os.environ))");
  for (const secret of [mine.token, upstreamToken(mine.token), "DATABASE_URL", "postgres"]) {
    expect(text).not.toContain(secret);
  }
});

test("the folder of its socket is sealed: no link can be put in its place", async () => {
  const swap = `
try:
    os.remove('/run/colophon/jupyter.sock'); print('removed')
except OSError as error:
    print(error.errno)
try:
    os.symlink('/var/run/docker.sock', '/run/colophon/other.sock'); print('linked')
except OSError as error:
    print(error.errno)`;
  expect(await inside(swap)).toBe("13\n13");
});

test("its limits are those configured", async () => {
  const session = await db().session.findUniqueOrThrow({ where: { id: mine.id } });
  const { docker } = await import("#lib/docker.ts");
  const { HostConfig, Config } = await docker()
    .getContainer(session.engineRef ?? "")
    .inspect();
  expect(HostConfig).toMatchObject({
    Memory: 2 * 1024 ** 3,
    MemorySwap: 2 * 1024 ** 3,
    NanoCpus: 2e9,
    PidsLimit: 512,
    CapDrop: ["ALL"],
    SecurityOpt: ["no-new-privileges"],
    NetworkMode: "none",
    Privileged: false,
    PidMode: "",
    IpcMode: "private",
    LogConfig: { Config: { "max-size": "1m" } },
  });
  expect(Config.Env.join()).not.toContain(mine.token);
  const fork = `
import subprocess, resource
children = []
try:
    for _ in range(2000): children.append(subprocess.Popen(['sleep', '60']))
    print('no limit')
except OSError: print('limited')
for child in children: child.kill(); child.wait()
print(resource.getrlimit(resource.RLIMIT_CORE))`;
  expect(await inside(fork)).toBe("limited\n(0, 0)");
});

test("where no socket can be shared, a server is reached by a port of loopback, and cannot get out", async () => {
  const { environment } = await db().session.findUniqueOrThrow({
    where: { id: mine.id },
    include: { environment: true },
  });
  const session = { id: newSessionId(), token: "t".repeat(40) };
  const { ref, address } = await engine().start({
    sessionId: session.id,
    image: environment?.imageId ?? "",
    rootDirectory: "/home/jovyan/work",
    env: {
      COLOPHON_BASE_URL: `/s/${session.id}/`,
      COLOPHON_ROOT: "/home/jovyan/work",
      JUPYTER_TOKEN: upstreamToken(session.token),
    },
    workspace: { kind: "stream", files: () => emptyTar() },
    socketDirectory: undefined,
    limits: { memoryBytes: 1024 ** 3, cpus: 1, pids: 128 },
  });
  expect(address).toMatchObject({ kind: "tcp", host: "127.0.0.1" });
  await becomesReady(session, address, AbortSignal.timeout(60_000));
  const probe = "import socket; socket.create_connection(('1.1.1.1', 80), timeout=2)";
  expect((await engine().exec(ref, ["python3", "-c", probe])).exitCode).not.toBe(0);
  await engine().remove(ref);
});

async function* zeros() {
  yield Buffer.alloc(1024);
}
function emptyTar() {
  return Readable.from(zeros());
}
