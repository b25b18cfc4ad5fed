import path from "node:path";
import { config } from "#lib/config.ts";

/** Where workspaces are kept. */
export function workspacesDirectory(): string {
  return path.join(config().dataDirectory, "workspaces");
}

/** A workspace's folder: `upper`, `work` and `merged` of an overlay, or `layer` where files are streamed. */
export function workspaceDirectory(id: string): string {
  if (!/^[0-9a-f-]{36}$/.test(id)) throw new Error("not a workspace id");
  return path.join(workspacesDirectory(), id);
}

/** Where the merged view is mounted by us. */
export function mergedDirectory(id: string): string {
  return path.join(workspaceDirectory(id), "merged");
}

/** A mount point for reading a workspace from outside any session. It carries the number of the process that made it. */
export function viewDirectory(id: string): string {
  return path.join(
    workspaceDirectory(id),
    `view-${process.pid}-${crypto.randomUUID().slice(0, 8)}`,
  );
}

/** What a folder's name begins with in which this process tries out what can be mounted. */
export function probePrefix(): string {
  return path.join(workspacesDirectory(), `.probe-${process.pid}-`);
}

/** The process that a mount point belongs to, by its path below all workspaces; null for those of sessions. */
export function mountOwner(relative: string): number | null {
  const pid = /(?:^|\/)(?:view|\.probe)-(\d+)-/.exec(relative)?.[1];
  return pid === undefined ? null : Number(pid);
}
