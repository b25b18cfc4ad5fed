import { chmod, chown, mkdir } from "node:fs/promises";
import path from "node:path";
import { config } from "#lib/config.ts";
import { isEnoent } from "#lib/errors.ts";

/** The user that notebooks run as inside every container. */
const containerUser = 1000;

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Folder of the blob store. */
export function blobsDirectory(): string {
  return path.join(config().dataDirectory, "blobs");
}

/** Where half-written blobs live: beside the others, so that a rename puts them in place. */
export function stagingDirectory(): string {
  return path.join(blobsDirectory(), "tmp");
}

/** Where a blob with this hash is, if it is there. Throws when `sha256` is no hash. */
export function blobPath(sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Error("not a SHA-256 in lower-case hex");
  return path.join(blobsDirectory(), sha256.slice(0, 2), sha256.slice(2, 4), sha256);
}

/** Folder of all trees. */
export function treesDirectory(): string {
  return path.join(config().dataDirectory, "trees");
}

/** Where the files of a version lie once `materialiseTree` has put them there. */
export function treePath(versionId: string): string {
  if (!/^[0-9a-zA-Z-]{1,64}$/.test(versionId)) throw new Error("not a version id");
  return path.join(treesDirectory(), versionId);
}

/**
 * Mode of blobs and of files in trees. They are an overlay's lower layer, whose copy-up keeps owner and mode: the
 * container's user has to be able to write what it copies up. As root we give them to that user.
 */
export function fileMode(executable = false): number {
  return (isRoot() ? 0o644 : 0o666) | (executable ? 0o111 : 0);
}

/** Mode of folders in trees and in the blob store. */
export function folderMode(): number {
  return isRoot() ? 0o755 : 0o777;
}

/** Gives something to the container's user, where we may, and sets its mode whatever the umask is. */
export async function handOver(
  target:
    | string
    | { chown(uid: number, gid: number): Promise<void>; chmod(mode: number): Promise<void> },
  mode: number,
): Promise<void> {
  if (typeof target === "string") {
    if (isRoot()) await chown(target, containerUser, containerUser);
    await chmod(target, mode);
    return;
  }
  if (isRoot()) await target.chown(containerUser, containerUser);
  await target.chmod(mode);
}

/**
 * Makes a folder of the data directory and those above it. As an ordinary user the blobs are writable by all,
 * so the data directory itself is closed to others.
 */
export async function makeFolder(directory: string): Promise<void> {
  try {
    await mkdir(directory);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return;
    if (!isEnoent(error)) throw error;
    await makeFolder(path.dirname(directory));
    await makeFolder(directory);
    return;
  }
  if (directory === config().dataDirectory) await chmod(directory, isRoot() ? 0o711 : 0o700);
  else await chmod(directory, folderMode());
}
