import { randomBytes } from "node:crypto";
import { docker } from "#lib/docker.ts";
import { Kernel } from "#test/support/jupyter.ts";
import { freePort } from "#test/support/running-system.ts";
import { seconds } from "./measure.ts";

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}api`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch (error) {
    // Nothing listens yet.
    if (error instanceof TypeError || error instanceof DOMException) return false;
    throw error;
  }
}

/** Seconds that a plain `docker run` of an image with the same server takes, to the first kernel idle. */
export async function dockerRun(image: string): Promise<number> {
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
