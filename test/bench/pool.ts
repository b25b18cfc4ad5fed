import { docker } from "#lib/docker.ts";
import { Kernel } from "#test/support/jupyter.ts";
import { dockerRun } from "./docker-run.ts";
import { loggedParts } from "./logged-parts.ts";
import { median, percentile, type Result, result } from "./measure.ts";
import { builtPaper, type OwnSystem, withOwnSystem } from "./own-system.ts";

const turns = 20;
const coldTurns = 3;
const burst = 10;
const idleSessions = 50;

const logged = ["beginMs", "notifyMs", "lockMs", "filesMs", "mountMs", "claimMs", "waitMs"];
const goals = { warm: 0.15, ratio: 1 / 15, burst: 0.5 };

/** Milliseconds of one launch, as whoever asks for it sees them. */
interface Launch {
  id: string;
  warm: boolean;
  post: number;
  kernel: number;
  channel: number;
  info: number;
  total: number;
}

/** POST /api/sessions to the kernel idle. */
async function launch({ client }: OwnSystem, doi: string): Promise<Launch> {
  const began = performance.now();
  const session = await client.call("POST", "/api/sessions", JSON.stringify({ doi }));
  const posted = performance.now();
  const isReady = session.state === "ready";
  if (!isReady)
    await client.follow(`/api/sessions/${session.id}/events`, (one) => one.state === "ready");
  const { url = "", token = "" } = isReady
    ? session
    : await client.call("GET", `/api/sessions/${session.id}`);
  let given = 0;
  const kernel = await Kernel.start(url, token, () => {
    given = performance.now();
  });
  const connected = performance.now();
  await kernel.idle();
  const idle = performance.now();
  kernel.close();
  return {
    id: session.id,
    warm: isReady,
    post: posted - began,
    kernel: given - posted,
    channel: connected - given,
    info: idle - connected,
    total: idle - began,
  };
}

async function end({ client }: OwnSystem, ids: string[]): Promise<void> {
  await Promise.all(
    ids.map(async (id) => {
      await client.call("DELETE", `/api/sessions/${id}`);
      await client.until(`/api/sessions/${id}`, ({ state }) => state === "ended");
    }),
  );
}

/** Waits until that many slots wait and none is being made. */
async function slots({ query }: OwnSystem, wanted: number): Promise<void> {
  for (;;) {
    const rows = await query<{ state: string }>('SELECT state::text FROM "Slot"');
    if (rows.length >= wanted && rows.every(({ state }) => state === "ready")) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Bytes of memory of each session's container. */
async function memoryOf(ids: string[]): Promise<number[]> {
  const all = await docker().listContainers({ filters: { label: ["colophon.session"] } });
  const ours = all.filter(({ Labels }) => ids.includes(Labels["colophon.session"] ?? ""));
  return await Promise.all(
    ours.map(async ({ Id }) => {
      const { memory_stats } = await docker()
        .getContainer(Id)
        .stats({ stream: false, "one-shot": true });
      return memory_stats.usage - (memory_stats.stats?.inactive_file ?? 0);
    }),
  );
}

const met = (value: number, goal: number) =>
  value <= goal ? "met" : `missed by ${(((value - goal) / goal) * 100).toFixed(0)} %`;

async function measure(own: OwnSystem): Promise<Result> {
  const { doi, imageId } = await builtPaper(own, "Pool");
  const cold: number[] = [];
  for (let turn = 0; turn < coldTurns; turn += 1) cold.push(await dockerRun(imageId));
  const warm: Launch[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    await slots(own, burst);
    const one = await launch(own, doi);
    warm.push(one);
    await end(own, [one.id]);
  }
  const parts = loggedParts(own.system.output(), logged, turns);
  await slots(own, burst);
  const together = await Promise.all(Array.from({ length: burst }, () => launch(own, doi)));
  await end(
    own,
    together.map(({ id }) => id),
  );

  const held: string[] = [];
  while (held.length < idleSessions) {
    await slots(own, burst);
    const some = Array.from({ length: Math.min(burst, idleSessions - held.length) }, () =>
      launch(own, doi),
    );
    held.push(...(await Promise.all(some)).map(({ id }) => id));
  }
  const memory = (await memoryOf(held)).map((bytes) => bytes / 1024 ** 2);
  const [alive] = await own.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM "Session" WHERE state = 'ready'`,
  );
  await end(own, held);

  const ms = (of: keyof Launch, from = warm) =>
    median(from.map((one) => Number(one[of]))).toFixed(0);
  const p50 = median(warm.map(({ total }) => total)) / 1000;
  const p95 = percentile(
    together.map(({ total }) => total / 1000),
    95,
  );
  const baseline = median(cold);
  return result({
    name: "pool",
    what: `POST /api/sessions to the kernel idle, a slot waits (median of ${turns})`,
    unit: "s",
    ours: p50,
    baseline,
    against: "cold docker run of the same image",
    notes: [
      `targets: p50 ≤ ${goals.warm} s: ${met(p50, goals.warm)}; ratio ≤ 1/15: ${met(p50 / baseline, goals.ratio)}; ${warm.filter((one) => one.warm).length} of ${turns} were ready in the answer`,
      `parts in ms, as asked: POST ${ms("post")}, kernel handed over ${ms("kernel")}, WebSocket ${ms("channel")}, kernel_info ${ms("info")}`,
      `parts in ms, within POST: ${parts}`,
      `burst of ${burst}: p50 ${(Number(ms("total", together)) / 1000).toFixed(3)} s, p95 ${p95.toFixed(3)} s (target ≤ ${goals.burst} s: ${met(p95, goals.burst)}), ${together.filter((one) => one.warm).length} ready in the answer`,
      `${memory.length} sessions held idle at once (${alive?.n} ready): ${median(memory).toFixed(0)} MiB each, ${(memory.reduce((a, b) => a + b, 0) / 1024).toFixed(1)} GiB together`,
      "limit: two round trips to the database's disk, two mount calls and five hops through Node; the kernel's own answer takes 3 to 5 ms",
    ],
  });
}

/** A launch that is handed a waiting server, against `docker run` of the same image; a burst; many idle sessions. */
export async function pool(): Promise<Result> {
  const env = {
    COLOPHON_POOL_MIN: String(burst),
    COLOPHON_POOL_MAX: String(burst),
    COLOPHON_POOL_MEMORY: "6g",
    COLOPHON_SESSIONS_MAX: "200",
    COLOPHON_SESSIONS_PER_LOGIN: "200",
    COLOPHON_SESSIONS_PER_ADDRESS: "200",
    COLOPHON_SESSIONS_PER_PUBLICATION: "200",
  };
  return await withOwnSystem(env, measure);
}
