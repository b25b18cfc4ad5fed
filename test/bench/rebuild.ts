import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { config } from "#lib/config.ts";
import { docker } from "#lib/docker.ts";
import { notebook, tarOf } from "#test/support/bundle.ts";
import { type Result, result, seconds } from "./measure.ts";
import type { Bench } from "./run.ts";

const requirements = "numpy==2.2.6\npandas==2.2.3\n";
const tag = "colophon/bench-naive";

// What a person would write, and what builders do that bake the repository into the image.
const naiveDockerfile = (base: string, bindCa: string) => `FROM ${base}
RUN apt-get update && apt-get install -y --no-install-recommends python3-venv
COPY . /home/work
WORKDIR /home/work
RUN ${bindCa}python3 -m venv /venv && /venv/bin/pip install -r requirements.txt ipykernel
`;

async function naiveBuild(folder: string): Promise<void> {
  const stream = await docker().buildImage(
    { context: folder, src: ["Dockerfile", "requirements.txt", "bench.ipynb", "ca.pem"] },
    { t: tag, version: "2", labels: { colophon: "bench" } },
  );
  await new Promise<void>((resolve, reject) => {
    docker().modem.followProgress(stream, (error, output: { error?: string }[]) => {
      const failed = output?.find((line) => line.error);
      if (error || failed) reject(error ?? new Error(failed?.error));
      else resolve();
    });
  });
}

/** A new version whose notebook changed, until its image is there, against rebuilding a baked image. */
export async function rebuild({ client, scratch }: Bench): Promise<Result> {
  const first = await tarOf({ "bench.ipynb": notebook("1"), "requirements.txt": requirements });
  const created = await client.call(
    "POST",
    "/api/publications",
    new Uint8Array(first),
    "application/x-tar",
  );
  const doi = await client.publish(created.id, "Rebuild");
  const cold = await seconds(() => client.build(doi));
  const ours = await seconds(async () => {
    await client.call("POST", `/api/publications/${created.id}/versions`);
    await client.call(
      "PUT",
      `/api/publications/${created.id}/draft/files/bench.ipynb`,
      notebook("2"),
      "application/octet-stream",
    );
    const next = await client.publish(created.id, "Rebuild");
    await client.build(next);
  });

  const folder = path.join(scratch, "naive");
  await mkdir(folder);
  const ca = config().caBundle;
  await writeFile(path.join(folder, "ca.pem"), ca && existsSync(ca) ? await readFile(ca) : "");
  const bind = ca
    ? "--mount=type=bind,source=ca.pem,target=/etc/ssl/certs/ca-certificates.crt PIP_CERT=/etc/ssl/certs/ca-certificates.crt "
    : "";
  await writeFile(path.join(folder, "Dockerfile"), naiveDockerfile("colophon/base:bookworm", bind));
  await writeFile(path.join(folder, "requirements.txt"), requirements);
  await writeFile(path.join(folder, "bench.ipynb"), notebook("1"));
  await naiveBuild(folder);
  await writeFile(path.join(folder, "bench.ipynb"), notebook("2"));
  const baseline = await seconds(() => naiveBuild(folder));
  await docker().getImage(tag).remove({ force: true });
  return result({
    name: "rebuild",
    what: "new version with a changed notebook: draft, upload, publish, image ready",
    unit: "s",
    ours,
    baseline,
    against: "docker build that bakes the repository",
    notes: [
      `the first build of this environment took ${cold.toFixed(1)} s; the second version built nothing`,
    ],
  });
}
