import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#test/support/database.ts";
import { Kernel } from "#test/support/jupyter.ts";

const port = 3396;
process.env.GATEWAY_PORT = String(port);
process.env.COLOPHON_SESSION_SCRATCH = "32m";
// Two hosts of the operator's list that are loopback all the same: the gateway itself, by name and by address.
process.env.COLOPHON_SESSION_EGRESS = `localhost:${port},127.0.0.1:${port}`;
const { dataDirectory } = await testDatabase();
const { startGateway } = await import("#lib/gateway/index.ts");
const { startSession, runStartSession, endAllSessions, engine, serveEgress, upstreamToken } =
  await import("#lib/sessions/index.ts");
const { newSessionId } = await import("#lib/sessions/identifiers.ts");
const { becomesReady } = await import("#lib/sessions/readiness.ts");
const { db } = await import("#lib/db/index.ts");
const { publishPaper, sessionIn } = await import("#test/support/sessions.ts");

const context = { signal: new AbortController().signal, lastTry: true };
let gateway: Awaited<ReturnType<typeof startGateway>>;
let closeEgress: () => Promise<void>;
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
  closeEgress = await serveEgress();
  const { doi } = await publishPaper();
  [mine, neighbour] = await Promise.all([launch(doi, "one"), launch(doi, "two")]);
  kernel = await Kernel.start(mine.url, mine.token);
});
afterAll(async () => {
  kernel?.close();
  await endAllSessions("shutdown");
  await closeEgress();
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
  expect(seen).toBe("['/run/colophon/jupyter.sock', '/run/colophon-egress/proxy.sock']");
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

test("hosts that are listed but private stay out of reach, and so does what is not listed", async () => {
  const ask = (url: string) => `
import urllib.request, urllib.error
try:
    print(urllib.request.urlopen("${url}", timeout=20).status)
except urllib.error.HTTPError as error: print(error.code, error.read().decode().strip())
except OSError as error: print(error)`;
  // Without exceptions for loopback, as a program would be that wants to get out.
  await inside("os.environ['no_proxy'] = os.environ['NO_PROXY'] = ''");
  expect(await inside("print(os.environ['https_proxy'])")).toBe("http://127.0.0.1:3128");
  expect(await inside(ask(`http://localhost:${port}/`))).toMatch(
    /^403 .*not on the public Internet/,
  );
  expect(await inside(ask(`http://127.0.0.1:${port}/`))).toMatch(
    /^403 .*not on the public Internet/,
  );
  expect(await inside(ask("https://example.org/"))).toContain("403");
  expect(await inside(ask("http://169.254.169.254/latest/meta-data/"))).toMatch(
    /^403 .*may not reach/,
  );
  const link = `
try: os.remove('/run/colophon-egress/proxy.sock'); print('removed')
except OSError as error: print(error.errno)`;
  expect(await inside(link)).toBe("30");
});

test("everything but its own files and two small folders in memory is read-only", async () => {
  const write = `
import errno
for folder in ['/', '/opt', '/opt/env', '/opt/colophon', '/etc', '/usr/local', '/var', '/run', '/run/colophon', '/root', '/sys', '/proc/sys/kernel', '/dev']:
    try: open(folder + '/probe', 'w'); print(folder, 'written')
    except OSError as error: assert error.errno in (errno.EROFS, errno.EACCES, errno.ENOENT), (folder, error)
for folder in ['/home/jovyan', '/home/jovyan/work', '/tmp', '/var/tmp']:
    open(folder + '/probe', 'w').write('x')
for folder in ['/home/jovyan', '/tmp']:
    try: open(folder + '/large', 'wb').write(bytes(40 * 1024 ** 2)); print(folder, 'not bounded')
    except OSError as error: print(error.errno)
    os.remove(folder + '/large')`;
  expect(await inside(write)).toBe("28\n28");
  const shown = await inside("print(open('/proc/self/mountinfo').read())");
  expect(shown).toMatch(/ \/ \/ ro[, ]/);
});

test("of the machine it sees no secrets: masked files, no keys, no devices", async () => {
  const look = `
for path in ['/proc/kcore', '/proc/keys', '/proc/timer_list', '/proc/sched_debug', '/sys/firmware', '/proc/acpi', '/proc/scsi']:
    try: found = os.listdir(path) if os.path.isdir(path) else open(path, 'rb').read(1)
    except OSError: found = None
    if found: print(path, found)
for path in ['/proc/sysrq-trigger', '/proc/sys/kernel/core_pattern', '/proc/irq/default_smp_affinity']:
    try: open(path, 'w'); print(path, 'writable')
    except OSError: pass
print(sorted(name for name in os.listdir('/dev') if not os.path.islink('/dev/' + name)))`;
  expect(await inside(look)).toBe(
    "['full', 'mqueue', 'null', 'pts', 'random', 'shm', 'tty', 'urandom', 'zero']",
  );
});

test("only images that the builder has made are started, and only by digest", async () => {
  const { docker } = await import("#lib/docker.ts");
  const { emptyImage } = await import("#lib/sessions/docker-calls.ts");
  const { Id } = await docker()
    .getImage(await emptyImage())
    .inspect();
  const start = (image: string) =>
    engine().start({
      sessionId: newSessionId(),
      image,
      rootDirectory: "/home/jovyan/work",
      env: {},
      workspace: { kind: "stream", files: () => emptyTar() },
      socketDirectory: undefined,
      limits: { memoryBytes: 1024 ** 3, cpus: 1, pids: 128 },
    });
  await expect(start(Id)).rejects.toThrow("the builder has made");
  await expect(start("colophon/empty:1")).rejects.toThrow("by digest");
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
