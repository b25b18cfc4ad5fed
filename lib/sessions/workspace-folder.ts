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

/** The process that a mount point of such a name belongs to; null for other names. */
export function viewMountOwner(name: string): number | null {
  const pid = /^view-(\d+)-/.exec(name)?.[1];
  return pid === undefined ? null : Number(pid);
}
