import { once } from "node:events";
import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import type Dockerode from "dockerode";
import { z } from "zod";
import { docker } from "#lib/docker.ts";
import { ColophonError } from "#lib/errors.ts";
import {
  asEngineError,
  containerEnds,
  statusOf,
  unlessGone,
  withUnstarted,
} from "./docker-calls.ts";
import {
  confinement,
  containerName,
  containerOptions,
  cpuShares,
  installationLabel,
  ownLabels,
  sessionLabel,
  tcpPort,
  volumeName,
} from "./docker-container.ts";
import { engineHost, ensureNetwork } from "./docker-network.ts";
import { collect, demultiplex } from "./docker-output.ts";
import { createOverlayVolume, probeEngine } from "./docker-probe.ts";
import { usageOf } from "./docker-usage.ts";
import { installation, socketName } from "./installation.ts";
import type {
  Engine,
  EngineCapabilities,
  ServerStatus,
  SessionAddress,
  StartRequest,
} from "./types.ts";

const stopGraceSeconds = 3;
const ours = () => ({ label: [`${installationLabel}=${installation()}`, sessionLabel] });

/** The part of the engine's events that we read. */
const Event = z.object({
  Actor: z.object({ ID: z.string(), Attributes: z.record(z.string(), z.string()) }),
});

let capabilities: Promise<EngineCapabilities> | undefined;

/** The Docker engine at DOCKER_HOST or the default socket. */
export const dockerEngine: Engine = {
  name: "Docker",

  async capabilities() {
    capabilities ??= probeEngine().catch((error: unknown) => {
      capabilities = undefined;
      throw error;
    });
    return await capabilities;
  },

  async ping() {
    try {
      await docker().ping();
    } catch (error) {
      throw asEngineError(error);
    }
  },

  async start(request) {
    if (!/^sha256:[0-9a-f]{64}$/.test(request.image)) {
      throw new Error("only images are started that are named by digest");
    }
    await assertOurs(request.image);
    const { container, isNew } = await createOrAdopt(request);
    if (isNew || (await container.inspect()).State.Status === "created") {
      if (request.workspace.kind === "stream") {
        await putFiles(container, request.workspace.files(), request.rootDirectory);
      }
      // 304, already started: somebody else was faster.
      await unlessGone(container.start());
    }
    return { ref: container.id, address: await addressOf(container, request) };
  },

  async bringForward(ref) {
    await unlessGone(docker().getContainer(ref).update({ CpuShares: cpuShares.foreground }));
  },

  usage: usageOf,

  async exited(ref, signal) {
    await containerEnds(ref, signal);
  },

  async stop(ref) {
    await unlessGone(docker().getContainer(ref).stop({ t: stopGraceSeconds }));
  },

  async remove(ref) {
    const container = docker().getContainer(ref);
    const found = await unlessGone(container.inspect());
    const sessionId = found?.Config.Labels[sessionLabel];
    if (found?.Config.Labels[installationLabel] !== installation() || !sessionId) return;
    await unlessGone(container.remove({ force: true, v: true }));
    await unlessGone(docker().getVolume(volumeName(sessionId)).remove());
  },

  async inspect(ref) {
    const found = await unlessGone(docker().getContainer(ref).inspect());
    if (!found) return null;
    return {
      ref: found.Id,
      sessionId: found.Config.Labels[sessionLabel] ?? "",
      state: stateOf(found.State.Status),
      exitCode: stateOf(found.State.Status) === "exited" ? found.State.ExitCode : null,
      outOfMemory: found.State.OOMKilled,
    };
  },

  async list() {
    try {
      const found = await docker().listContainers({ all: true, filters: ours() });
      return found.map(
        (one): ServerStatus => ({
          ref: one.Id,
          sessionId: one.Labels[sessionLabel] ?? "",
          state: stateOf(one.State),
          exitCode: null,
          outOfMemory: false,
        }),
      );
    } catch (error) {
      throw asEngineError(error);
    }
  },

  async *events(signal) {
    const stream = await docker().getEvents({
      filters: { ...ours(), type: ["container"], event: ["die"] },
      abortSignal: signal,
    });
    for await (const line of createInterface({ input: stream })) {
      const { Actor } = Event.parse(JSON.parse(line));
      const sessionId = Actor.Attributes[sessionLabel];
      if (sessionId) yield { ref: Actor.ID, sessionId };
    }
  },

  async exec(ref, command) {
    const exec = await docker()
      .getContainer(ref)
      .exec({ Cmd: command, AttachStdout: true, AttachStderr: true });
    const output = await collect(await exec.start({}));
    const { ExitCode } = await exec.inspect();
    return { exitCode: ExitCode ?? -1, output };
  },

  async logs(ref, tail) {
    const log = await unlessGone(
      docker().getContainer(ref).logs({ stdout: true, stderr: true, tail, follow: false }),
    );
    return log ? demultiplex(log) : "";
  },

  async getFiles(ref, directory) {
    return await docker()
      .getContainer(ref)
      .getArchive({ path: `${directory}/.` });
  },

  async readOverlay(workspace) {
    const name = `colophon-${installation()}-read-${crypto.randomUUID()}`;
    const volume = await createOverlayVolume(name, workspace);
    const through = new PassThrough();
    const reading = withUnstarted(
      [{ Type: "volume", Source: name, Target: "/workspace", ReadOnly: true }],
      async (container) => {
        const archive = await container.getArchive({ path: "/workspace/." });
        archive.pipe(through, { end: false });
        await once(archive, "end");
      },
    );
    reading
      .finally(() => unlessGone(volume.remove()))
      .then(
        () => through.end(),
        (error: Error) => through.destroy(error),
      );
    return through;
  },

  async removeHostFiles(directory, names, image) {
    const container = await docker().createContainer({
      Image: image,
      User: "0:0",
      Entrypoint: ["/bin/rm"],
      Cmd: ["-rf", "--", ...names.map((name) => `/garbage/${name}`)],
      NetworkDisabled: true,
      Labels: ownLabels("helper"),
      HostConfig: {
        ...confinement({ memoryBytes: 256 * 1024 ** 2, cpus: 1, pids: 32 }),
        CapAdd: ["DAC_OVERRIDE", "FOWNER"],
        NetworkMode: "none",
        ReadonlyRootfs: true,
        Mounts: [{ Type: "bind", Source: directory, Target: "/garbage" }],
      },
    });
    try {
      await container.start();
      await container.wait();
    } finally {
      await unlessGone(container.remove({ force: true }));
    }
  },
};

const knownAsOurs = new Set<string>();

/** Throws unless the builder has made this image: others on the engine are none of a session's business. */
async function assertOurs(image: string): Promise<void> {
  if (knownAsOurs.has(image)) return;
  let labels: Record<string, string> | undefined;
  try {
    labels = (await docker().getImage(image).inspect()).Config.Labels;
  } catch (error) {
    throw missingImage(error);
  }
  if (labels?.colophon !== "environment" || !labels["colophon.environment.key"]) {
    throw new Error("only images are started that the builder has made");
  }
  // A digest means one image for good.
  knownAsOurs.add(image);
}

async function createOrAdopt(
  request: StartRequest,
): Promise<{ container: Dockerode.Container; isNew: boolean }> {
  if (request.workspace.kind === "overlay") {
    await createOverlayVolume(volumeName(request.sessionId), request.workspace);
  }
  const network = request.socketDirectory ? undefined : await ensureNetwork();
  try {
    const container = await docker().createContainer(containerOptions(request, network));
    return { container, isNew: true };
  } catch (error) {
    if (statusOf(error) !== 409) throw missingImage(error);
    // The name is taken: a worker that died meanwhile, or another one, has made it.
    const existing = docker().getContainer(containerName(request.sessionId));
    const { Id, Config } = await existing.inspect();
    if (Config.Labels[sessionLabel] !== request.sessionId) throw error;
    return { container: docker().getContainer(Id), isNew: false };
  }
}

async function putFiles(
  container: Dockerode.Container,
  files: NodeJS.ReadableStream,
  directory: string,
): Promise<void> {
  // The request would wait for ever for the rest of a stream that has failed.
  const failed = new Promise<never>((_, reject) => files.once("error", reject));
  await Promise.race([container.putArchive(files, { path: directory }), failed]);
}

function missingImage(error: unknown): unknown {
  if (statusOf(error) !== 404) return asEngineError(error);
  return new ColophonError("image_missing", 503, "The image of this environment is gone.", {
    hint: "Start the session again: the image is then built anew.",
    cause: error,
  });
}

async function addressOf(
  container: Dockerode.Container,
  request: StartRequest,
): Promise<SessionAddress> {
  if (request.socketDirectory) {
    return { kind: "unix", path: `${request.socketDirectory}/${socketName}` };
  }
  const { NetworkSettings } = await container.inspect();
  const published = NetworkSettings.Ports[`${tcpPort}/tcp`]?.[0]?.HostPort;
  // A server that has ended already publishes nothing; who waits for it sees that it has ended.
  return { kind: "tcp", host: engineHost(), port: Number(published ?? 0) };
}

function stateOf(status: string): ServerStatus["state"] {
  if (status === "created") return "created";
  return status === "exited" || status === "dead" || status === "removing" ? "exited" : "running";
}
