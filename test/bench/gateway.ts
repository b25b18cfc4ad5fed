import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import WebSocket from "ws";
import { embeddedDatabaseFile, repositoryRoot } from "#lib/config.ts";
import { freePort } from "#test/support/running-system.ts";
import { download, latencies, type Target, target, throughput } from "./http-load.ts";
import { median, type Result, result } from "./measure.ts";
import type { Bench } from "./run.ts";

const node = path.join(repositoryRoot, "node_modules/node/bin/node");
const against = "configurable-http-proxy";
const rounds = 7;
const connections = 50;
const webSockets = 1_000;

/** The gateway beside configurable-http-proxy, in turns, in front of the same server. */
export async function gateway(bench: Bench): Promise<Result[]> {
  const children: ChildProcess[] = [];
  const start = async (args: string[], env: Record<string, string> = {}) => {
    const child = spawn(node, args, {
      cwd: repositoryRoot,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.push(child);
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    return { line: line.toString() };
  };
  try {
    const backend = JSON.parse((await start(["test/bench/gateway-backend.ts"])).line);
    const url = await ownDatabase(bench);
    const data = path.join(bench.scratch, "gateway");
    await mkdir(data, { recursive: true });
    const env = { DATABASE_URL: url, COLOPHON_DATA: data, COLOPHON_LOG_LEVEL: "warn" };
    const made = await start(["test/bench/gateway-session.ts", String(backend.port), url], env);
    const port = await freePort();
    const session: Session = { port, ...JSON.parse(made.line) };
    const pids = {
      ours: await startProxy(children, port, ["bin/gateway.ts"], {
        ...env,
        GATEWAY_PORT: String(port),
      }),
      theirs: 0,
    };
    const theirPort = await freePort();
    pids.theirs = await startProxy(
      children,
      theirPort,
      [
        "node_modules/configurable-http-proxy/bin/configurable-http-proxy",
        ...["--ip", "127.0.0.1", "--port", String(theirPort)],
        ...["--api-port", String(await freePort()), "--log-level", "error"],
        ...["--default-target", `http://127.0.0.1:${backend.port}`],
      ],
      { CONFIGPROXY_AUTH_TOKEN: "bench" },
    );

    const authorization = `Authorization: token ${session.token}\r\n`;
    const to = (file: string) => ({
      ours: target(session.port, `/s/${session.id}/${file}`, authorization),
      theirs: target(theirPort, `/s/${session.id}/${file}`),
      direct: target(backend.port, `/s/${session.id}/${file}`),
    });
    return [
      await smallRequests(to("small"), pids),
      await addedLatency(to("small")),
      await largeDownload(to("large"), pids),
      await manyWebSockets(session, pids.ours),
    ];
  } finally {
    for (const child of children) {
      const ended = once(child, "exit");
      if (child.exitCode === null && child.kill("SIGKILL")) await ended;
    }
  }
}

interface Session {
  port: number;
  id: string;
  token: string;
}

interface Pids {
  ours: number;
  theirs: number;
}

interface Targets {
  ours: Target;
  theirs: Target;
  direct: Target;
}

async function smallRequests({ ours, theirs, direct }: Targets, pids: Pids): Promise<Result> {
  const found = { ours: [] as number[], theirs: [] as number[] };
  const cpu = { ours: [] as number[], theirs: [] as number[] };
  const turn = async (who: keyof Pids, to: Target) => {
    const before = await cpuSeconds(pids[who]);
    const perSecond = await throughput(to, connections, 1_500);
    found[who].push(perSecond);
    cpu[who].push(((await cpuSeconds(pids[who])) - before) / (perSecond * 1.5));
  };
  // Code that has not been optimised yet is nobody's speed.
  for (const each of [ours, theirs]) await throughput(each, connections, 2_000);
  for (let round = 0; round < rounds; round += 1) {
    await turn("ours", ours);
    await turn("theirs", theirs);
  }
  const [mine, other] = [median(found.ours), median(found.theirs)];
  return result({
    name: "gateway",
    what: `10,000 small requests by ${connections} clients that keep their connections`,
    unit: "s",
    ours: 10_000 / mine,
    baseline: 10_000 / other,
    against,
    notes: [
      `${Math.round(mine)} requests a second, theirs ${Math.round(other)}, the server itself ${Math.round(await throughput(direct, connections, 1_500))}`,
      `processor time for each: ${(median(cpu.ours) * 1e6).toFixed(0)} µs, theirs ${(median(cpu.theirs) * 1e6).toFixed(0)} µs`,
      judged(mine / other),
    ],
  });
}

async function addedLatency({ ours, theirs, direct }: Targets): Promise<Result> {
  const found: Record<keyof Targets, number[]> = { ours: [], theirs: [], direct: [] };
  for (const each of [ours, theirs, direct]) await latencies(each, 500);
  for (let round = 0; round < rounds; round += 1) {
    found.ours.push(...(await latencies(ours, 400)));
    found.theirs.push(...(await latencies(theirs, 400)));
    found.direct.push(...(await latencies(direct, 400)));
  }
  const added = (of: number[]) => median(of) - median(found.direct);
  const [mine, other] = [added(found.ours), added(found.theirs)];
  return result({
    name: "gateway",
    what: "median time that the proxy adds to a small request",
    unit: "ms",
    ours: mine,
    baseline: other,
    against,
    notes: [`the server itself: ${median(found.direct).toFixed(3)} ms`, judged(other / mine)],
  });
}

async function largeDownload({ ours, theirs }: Targets, pids: Pids): Promise<Result> {
  const found = { ours: [] as number[], theirs: [] as number[] };
  const before = await residentMiB(pids.ours);
  const cpu = { ours: await cpuSeconds(pids.ours), theirs: await cpuSeconds(pids.theirs) };
  for (let round = 0; round < 3; round += 1) {
    found.ours.push(await download(ours));
    found.theirs.push(await download(theirs));
  }
  const grown = (await residentMiB(pids.ours)) - before;
  const used = async (who: keyof Pids) =>
    (((await cpuSeconds(pids[who])) - cpu[who]) / 3).toFixed(2);
  const [mine, other] = [median(found.ours), median(found.theirs)];
  return result({
    name: "gateway",
    what: "a download of 1 GiB",
    unit: "s",
    ours: mine,
    baseline: other,
    against,
    notes: [
      `the gateway's memory grew by ${grown.toFixed(0)} MiB over three`,
      `processor time: ${await used("ours")} s, theirs ${await used("theirs")} s`,
      judged(other / mine),
    ],
  });
}

async function manyWebSockets(session: Session, pid: number): Promise<Result> {
  const before = await residentMiB(pid);
  const address = `ws://127.0.0.1:${session.port}/s/${session.id}/echo?token=${session.token}`;
  const open: WebSocket[] = [];
  // A hundred at a time: a listener's queue is finite.
  while (open.length < webSockets) {
    const some = Array.from({ length: 100 }, () => new WebSocket(address));
    await Promise.all(some.map((socket) => once(socket, "open")));
    open.push(...some);
  }
  await Promise.all(
    open.map(async (socket, n) => {
      const answer = once(socket, "message");
      socket.send(`message ${n}`);
      const [echo] = (await answer) as [Buffer];
      if (echo.toString() !== `message ${n}`) throw new Error("a message came to the wrong socket");
    }),
  );
  const after = await residentMiB(pid);
  for (const socket of open) socket.terminate();
  return result({
    name: "gateway",
    what: `memory of the gateway with ${webSockets} open WebSockets, each used; beside it with none`,
    unit: "MiB",
    ours: after,
    baseline: before,
    against: "none open",
    notes: [`${(((after - before) * 1024) / webSockets).toFixed(0)} KiB each`],
  });
}

function judged(times: number): string {
  const percent = `${Math.abs(times * 100 - 100).toFixed(0)} %`;
  return times > 1
    ? `target: better than ${against}: met, by ${percent}`
    : `target: better than ${against}: missed, by ${percent}`;
}

/** Starts a proxy, waits until it answers and gives its number. */
async function startProxy(
  children: ChildProcess[],
  port: number,
  args: string[],
  env: Record<string, string>,
): Promise<number> {
  const child = spawn(node, args, {
    cwd: repositoryRoot,
    env: { ...process.env, ...env },
    stdio: ["ignore", "inherit", "inherit"],
  });
  children.push(child);
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    try {
      await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(5_000) });
      return child.pid ?? 0;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  throw new Error(`${args[0]} does not answer`);
}

async function ownDatabase({ system, database }: Bench): Promise<string> {
  const file = embeddedDatabaseFile(system.dataDirectory);
  const url = new URL(JSON.parse(await readFile(file, "utf8")).url);
  await database.query("CREATE DATABASE bench_gateway", []);
  url.pathname = "/bench_gateway";
  return url.href;
}

/** Seconds of processor time that a process has used. */
async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // Clock ticks in user mode and in the kernel, a hundred a second: proc(5).
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function residentMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}
