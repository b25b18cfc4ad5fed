import { randomBytes } from "node:crypto";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type Dockerode from "dockerode";
import { extract } from "tar-stream";
import { docker } from "#lib/docker.ts";
import { isColophonError, messageOf } from "#lib/errors.ts";
import { logger } from "#lib/log.ts";
import { asEngineError, unlessGone, withUnstarted } from "./docker-calls.ts";
import { ownLabels } from "./docker-container.ts";
import { isRoot } from "./installation.ts";
import { mountOverlay, unmount } from "./mount.ts";
import type { EngineCapabilities } from "./types.ts";
import { probePrefix, workspacesDirectory } from "./workspace-folder.ts";

const point = "/probe";

/** Whether a container with this mount sees the marker: the engine is really asked to mount it. */
async function sees(mount: Dockerode.MountSettings, marker: string): Promise<boolean> {
  return await withUnstarted([mount], async (container) => {
    const archive = await container.getArchive({ path: point });
    const texts: string[] = [];
    const reader = extract();
    archive.pipe(reader);
    for await (const entry of reader) {
      const chunks: Buffer[] = [];
      for await (const chunk of entry) chunks.push(Buffer.from(chunk as Uint8Array));
      texts.push(Buffer.concat(chunks).toString());
    }
    return texts.includes(marker);
  });
}

async function attempt(what: string, work: () => Promise<boolean>): Promise<boolean> {
  try {
    return await work();
  } catch (error) {
    const reason = asEngineError(error);
    if (isColophonError(reason)) throw reason;
    logger("sessions").info({ what, reason: messageOf(error) }, "the engine cannot do this");
    return false;
  }
}

/** Finds out what the engine can do by really trying each once, with folders in the data folder. */
export async function probeEngine(): Promise<EngineCapabilities> {
  const none = { hostMounts: false, ownMounts: false, overlayVolumes: false };
  // Elsewhere the engine is in a virtual machine, where shared folders hold no sockets.
  if (process.platform !== "linux") return none;
  await mkdir(workspacesDirectory(), { recursive: true });
  const directory = await mkdtemp(probePrefix());
  try {
    await chmod(directory, 0o711);
    const marker = randomBytes(16).toString("hex");
    const folder = (name: string) => path.join(directory, name);
    for (const name of ["lower", "upper", "work", "merged"]) await mkdir(folder(name));
    await writeFile(path.join(folder("lower"), "marker"), marker);

    const bound = (name: string): Dockerode.MountSettings => ({
      Type: "bind",
      Source: folder(name),
      Target: point,
    });
    const hostMounts = await attempt("hostMounts", () => sees(bound("lower"), marker));
    if (!hostMounts) return none;
    const overlayVolumes = await attempt("overlayVolumes", () =>
      withOverlayVolume(`colophon-probe-${marker}`, folder, (name) =>
        sees({ Type: "volume", Source: name, Target: point }, marker),
      ),
    );
    const ownMounts =
      isRoot() &&
      (await attempt("ownMounts", async () => {
        const parts = { lower: "lower", upper: "upper", work: "work", merged: "merged" };
        await mountOverlay(directory, parts);
        return await sees(bound("merged"), marker);
      }));
    return { hostMounts, ownMounts, overlayVolumes };
  } finally {
    await unmount(path.join(directory, "merged"));
    await rm(directory, { recursive: true, force: true });
  }
}

async function withOverlayVolume(
  name: string,
  folder: (name: string) => string,
  use: (name: string) => Promise<boolean>,
): Promise<boolean> {
  const volume = await createOverlayVolume(name, {
    lower: folder("lower"),
    upper: folder("upper"),
    work: folder("work"),
  });
  try {
    return await use(name);
  } finally {
    await unlessGone(volume.remove());
  }
}

/** A volume that the engine mounts as an overlay while a container uses it. */
export async function createOverlayVolume(
  name: string,
  { lower, upper, work }: { lower: string; upper: string; work: string },
): Promise<Dockerode.Volume> {
  for (const directory of [lower, upper, work]) {
    if (/[,:\\]/.test(directory)) {
      throw new Error(`an overlay volume cannot be made of a path like ${directory}`);
    }
  }
  await docker().createVolume({
    Name: name,
    Driver: "local",
    DriverOpts: {
      type: "overlay",
      device: "overlay",
      o: `lowerdir=${lower},upperdir=${upper},workdir=${work},redirect_dir=off,metacopy=off,index=off`,
    },
    Labels: ownLabels("workspace"),
  });
  return docker().getVolume(name);
}
