import type Dockerode from "dockerode";
import { config } from "#lib/config.ts";
import { egressDirectory } from "./egress/index.ts";
import { installation, socketName } from "./installation.ts";
import type { StartRequest } from "./types.ts";

/** Where in a container the folder with its server's socket is. */
const socketMountPoint = "/run/colophon";
/** Where in a container the socket of the proxy to the outside is, if there is one; `serve` looks for it. */
const egressMountPoint = "/run/colophon-egress";
/** Where a server listens when no host folder can be shared. */
export const tcpPort = 8888;

export const sessionLabel = "colophon.session";
export const installationLabel = "colophon.installation";

/** The labels by which we know our own things on an engine. */
export function ownLabels(kind: string): Record<string, string> {
  return { colophon: kind, [installationLabel]: installation() };
}

/** The only name that a session's server can have: a second one cannot be created. */
export function containerName(sessionId: string): string {
  return `colophon-${installation()}-${sessionId}`;
}

/** The name of the volume through which the engine mounts a workspace's overlay for a container. */
export function volumeName(sessionId: string): string {
  return `colophon-${installation()}-${sessionId}`;
}

/** Weights of the processors' time, as the engine counts them: its default, and what gets only what others leave. */
export const cpuShares = { foreground: 1_024, background: 128 } as const;

/** What everything that we run for strangers is denied and limited to. */
export function confinement(limits: StartRequest["limits"]): Dockerode.HostConfig {
  return {
    CapDrop: ["ALL"],
    SecurityOpt: ["no-new-privileges"],
    Privileged: false,
    Memory: limits.memoryBytes,
    // Equal to the memory: no swap.
    MemorySwap: limits.memoryBytes,
    NanoCpus: Math.round(limits.cpus * 1e9),
    PidsLimit: limits.pids,
    ShmSize: Math.min(256 * 1024 ** 2, limits.memoryBytes),
    Ulimits: [
      { Name: "nofile", Soft: 4_096, Hard: 4_096 },
      { Name: "core", Soft: 0, Hard: 0 },
    ],
    Init: true,
    IpcMode: "private",
    RestartPolicy: { Name: "no" },
    // Bounded: a session that floods its log must not fill the disk.
    LogConfig: { Type: "json-file", Config: { "max-size": "1m", "max-file": "1" } },
  };
}

/**
 * The folders in which a session may write beside its workspace; everything else is read-only. They are in its
 * memory, which they may not fill, and vanish with it. `serve` puts the image's own home content into them.
 */
function scratchFolders(memoryBytes: number): Record<string, string> {
  const size = Math.min(config().session.scratch, Math.floor(memoryBytes / 2));
  const common = "rw,exec,nosuid,nodev";
  return {
    "/home/jovyan": `${common},size=${size},uid=1000,gid=1000,mode=0755`,
    "/tmp": `${common},size=${size},mode=1777`,
    "/var/tmp": `${common},size=${Math.min(size, 64 * 1024 ** 2)},mode=1777`,
  };
}

function workspaceMount(request: StartRequest): Dockerode.MountSettings[] {
  const { workspace, rootDirectory } = request;
  switch (workspace.kind) {
    case "bind":
      return [{ Type: "bind", Source: workspace.source, Target: rootDirectory }];
    case "later":
      return [
        {
          Type: "bind",
          Source: workspace.source,
          Target: rootDirectory,
          BindOptions: { Propagation: "rslave" },
        },
      ];
    case "overlay":
    // Streamed files need a place of their own too: the rest of the file system is read-only.
    case "stream":
      return [{ Type: "volume", Source: volumeName(request.sessionId), Target: rootDirectory }];
  }
}

/** The whole of what the engine is asked for. `network`: only for servers that cannot be reached by a socket. */
export function containerOptions(
  request: StartRequest,
  network: { name: string; publishOn: string } | undefined,
): Dockerode.ContainerCreateOptions {
  const mounts = workspaceMount(request);
  if (request.socketDirectory) {
    mounts.push({ Type: "bind", Source: request.socketDirectory, Target: socketMountPoint });
  }
  const egress = request.socketDirectory ? egressDirectory() : undefined;
  if (egress) {
    mounts.push({ Type: "bind", Source: egress, Target: egressMountPoint, ReadOnly: true });
  }
  const listen = request.socketDirectory
    ? `unix:${socketMountPoint}/${socketName}`
    : `tcp:0.0.0.0:${tcpPort}`;
  const env = { ...request.env, COLOPHON_LISTEN: listen };
  return {
    name: containerName(request.sessionId),
    Image: request.image,
    User: "1000:1000",
    Hostname: "session",
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    Entrypoint: ["/opt/colophon/bin/serve"],
    Cmd: [],
    Labels: { ...ownLabels("session"), [sessionLabel]: request.sessionId },
    NetworkDisabled: network === undefined,
    ...(network ? { ExposedPorts: { [`${tcpPort}/tcp`]: {} } } : {}),
    HostConfig: {
      ...confinement(request.limits),
      CpuShares: request.inBackground ? cpuShares.background : cpuShares.foreground,
      ReadonlyRootfs: true,
      Tmpfs: scratchFolders(request.limits.memoryBytes),
      ...(config().session.runtime ? { Runtime: config().session.runtime } : {}),
      NetworkMode: network?.name ?? "none",
      Mounts: mounts,
      ...(network
        ? { PortBindings: { [`${tcpPort}/tcp`]: [{ HostIp: network.publishOn, HostPort: "0" }] } }
        : {}),
    },
  };
}
