import { randomBytes } from "node:crypto";
import { docker } from "#lib/docker.ts";
import { notebook, tarOf } from "#test/support/bundle.ts";
import { Kernel } from "#test/support/jupyter.ts";
import { freePort } from "#test/support/running-system.ts";
import { median, type Result, result, seconds } from "./measure.ts";
import type { Bench } from "./run.ts";

const turns = 5;

/** POST /api/sessions to the first kernel idle. */
async function launchOurs(
  { client }: Bench,
  doi: string,
): Promise<{ ready: number; idle: number }> {
  const started = performance.now();
  const since = () => (performance.now() - started) / 1000;
  const { id } = await client.call("POST", "/api/sessions", JSON.stringify({ doi }));
  await client.follow(`/api/sessions/${id}/events`, ({ state }) => state === "ready");
  const ready = since();
  const session = await client.call("GET", `/api/sessions/${id}`);
  const kernel = await Kernel.start(session.url ?? "", session.token ?? "");
  await kernel.idle();
  const idle = since();
  kernel.close();
  await client.call("DELETE", `/api/sessions/${id}`);
  await client.until(`/api/sessions/${id}`, ({ state }) => state === "ended");
  return { ready, idle };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}api`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch (error) {
    // Nothing listens yet.
    if (error instanceof TypeError || error instanceof DOMException) return false;
    throw error;
  }
}

/** `docker run` of the same image with the same server, to the first kernel idle. */
async function launchPlain(image: string): Promise<number> {
  const port = await freePort();
  const token = randomBytes(16).toString("hex");
  const url = `http://127.0.0.1:${port}/`;
  let remove = async (): Promise<void> => undefined;
  try {
    return await seconds(async () => {
      const container = await docker().createContainer({
        Image: image,
        Cmd: ["/opt/colophon/bin/serve"],
        Env: ["COLOPHON_LISTEN=tcp:0.0.0.0:8888", "COLOPHON_BASE_URL=/", `JUPYTER_TOKEN=${token}`],
        Labels: { colophon: "bench" },
        ExposedPorts: { "8888/tcp": {} },
        HostConfig: {
          PortBindings: { "8888/tcp": [{ HostIp: "127.0.0.1", HostPort: `${port}` }] },
        },
      });
      remove = () => container.remove({ force: true });
      await container.start();
      while (!(await answers(url))) await new Promise((resolve) => setTimeout(resolve, 10));
      const kernel = await Kernel.start(url, token);
      await kernel.idle();
      kernel.close();
    });
  } finally {
    await remove();
  }
}

/** Request to first kernel idle with the image present, against `docker run` of the same image. */
export async function launch(bench: Bench): Promise<Result> {
  const { client, database } = bench;
  const body = new Uint8Array(await tarOf({ "bench.ipynb": notebook("1 + 1") }));
  const { id } = await client.call("POST", "/api/publications", body, "application/x-tar");
  const doi = await client.publish(id, "Launch");
  await client.build(doi);
  const [row] = await database.query<{ imageId: string }>(
    `SELECT e."imageId" FROM "Environment" e JOIN "Version" v ON v."environmentKey" = e.key WHERE v.doi = $1`,
    [doi],
  );
  const ours: { ready: number; idle: number }[] = [];
  const plain: number[] = [];
  for (let turn = 0; turn < turns; turn++) {
    // Taken in turns, so that both meet the same machine.
    ours.push(await launchOurs(bench, doi));
    plain.push(await launchPlain(row?.imageId ?? ""));
  }
  return result({
    name: "launch",
    what: `POST /api/sessions to the first kernel idle, image present (median of ${turns})`,
    unit: "s",
    ours: median(ours.map(({ idle }) => idle)),
    baseline: median(plain),
    against: "docker run of the same image",
    notes: [
      `of ours, server ready after ${median(ours.map(({ ready }) => ready)).toFixed(2)} s; the rest is the kernel's start`,
      "limit: importing Jupyter's server and IPython; the warm pool of a later version takes both off the path",
    ],
  });
}
