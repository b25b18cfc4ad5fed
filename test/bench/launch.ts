import { Kernel } from "#test/support/jupyter.ts";
import { dockerRun } from "./docker-run.ts";
import { loggedParts } from "./logged-parts.ts";
import { median, type Result, result } from "./measure.ts";
import { builtPaper, type OwnSystem, withOwnSystem } from "./own-system.ts";

const turns = 7;
const goal = 0.8;

/** POST /api/sessions to the first kernel idle. */
async function launchOurs(
  { client }: OwnSystem,
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

/** Request to first kernel idle with the image present, against `docker run` of the same image. */
export async function launch(): Promise<Result> {
  // Cold is what is measured here: nothing may wait already.
  return await withOwnSystem({ COLOPHON_POOL_MEMORY: "0" }, async (own) => {
    const { doi, imageId } = await builtPaper(own, "Launch");
    const ours: { ready: number; idle: number }[] = [];
    const plain: number[] = [];
    for (let turn = 0; turn < turns; turn++) {
      // Taken in turns, so that both meet the same machine.
      ours.push(await launchOurs(own, doi));
      plain.push(await dockerRun(imageId));
    }
    const idle = median(ours.map((one) => one.idle));
    const ratio = idle / median(plain);
    return result({
      name: "launch",
      what: `POST /api/sessions to the first kernel idle, image present, no slot (median of ${turns})`,
      unit: "s",
      ours: idle,
      baseline: median(plain),
      against: "docker run of the same image",
      notes: [
        `target: ratio ≤ ${goal}: ${ratio <= goal ? "met" : `missed by ${((ratio / goal - 1) * 100).toFixed(0)} %`}`,
        `of ours, server ready after ${median(ours.map(({ ready }) => ready)).toFixed(2)} s; its kernel comes up at the same time`,
        `parts in ms: ${loggedParts(own.system.output(), ["filesMs", "containerMs", "serverMs"], turns)}`,
        "limit: the engine's own making of a container, then importing Jupyter's server while IPython is imported on the other core",
      ],
    });
  });
}
