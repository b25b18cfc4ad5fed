import { createHash } from "node:crypto";
import { constants } from "node:fs";
import {
  chmod,
  copyFile,
  link,
  mkdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import path from "node:path";
import { db } from "#lib/db/index.ts";
import { ColophonError, isEnoent, notFound } from "#lib/errors.ts";
import { filesOf } from "./file-rows.ts";
import {
  blobPath,
  fileMode,
  folderMode,
  handOver,
  makeFolder,
  treePath,
  treesDirectory,
} from "./locations.ts";
import { forEachAtOnce } from "./stage.ts";
import { namesIn, openStaging, sweepStaging } from "./staging.ts";
import type { FileView } from "./types.ts";

const linksAtOnce = 16;
/** Trees of published versions that this process has seen: their files never change again. */
const laidOut = new Set<string>();
/** Says of which files the tree beside it is made. */
const markSuffix = ".files";
const retiredName = /^retired\.(\d+)\.[0-9a-f]+$/;

type TreeFile = Pick<FileView, "path" | "sha256" | "executable">;

/**
 * The version's files as a folder: hard links of blobs, so that it takes no space; copies where a link will not do
 * (another file system, an executable). Built aside and renamed, so that it is whole or absent; made again when a
 * draft's files have changed, while those who still use the old one keep it. Gives the folder's absolute path.
 * Throws `not_found`, and `blob_missing` (500) when the store has lost something.
 */
export async function materialiseTree(versionId: string): Promise<string> {
  const directory = treePath(versionId);
  if (laidOut.has(directory) && (await isThere(directory))) return directory;
  const version = await db().version.findUnique({
    where: { id: versionId },
    select: { state: true },
  });
  if (!version) throw notFound("version");
  const frozen = version.state === "published" || version.state === "withdrawn";
  const mark = await markOf(directory);
  if (frozen && mark?.endsWith(" frozen") && (await isThere(directory))) {
    laidOut.add(directory);
    return directory;
  }
  const files = await filesOf(versionId, db());
  const wanted = `${fingerprint(files)}${frozen ? " frozen" : ""}`;
  if (mark?.split(" ")[0] === fingerprint(files) && (await isThere(directory))) {
    if (mark !== wanted) await writeFile(directory + markSuffix, wanted);
    return directory;
  }
  const built = await openStaging(treesDirectory());
  try {
    await layOut(built, files);
    await replace(directory, built);
  } finally {
    await rm(built, { recursive: true, force: true });
  }
  await writeFile(directory + markSuffix, wanted);
  return directory;
}

/** Lays a version's files out in a folder of their own while `work` looks at them. */
export async function withTree<T>(
  files: TreeFile[],
  work: (directory: string) => Promise<T>,
): Promise<T> {
  const directory = await openStaging(treesDirectory());
  try {
    await layOut(directory, files);
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Removes trees of a version that is no more. */
export async function removeTree(versionId: string): Promise<void> {
  await rm(treePath(versionId) + markSuffix, { force: true });
  await rm(treePath(versionId), { recursive: true, force: true });
}

/**
 * Removes trees that were replaced longer ago than any session lives, what crashes left, and trees of versions that
 * are no more. Gives how many.
 */
export async function sweepTrees(sessionMaxSeconds: number): Promise<number> {
  let swept = await sweepStaging(treesDirectory());
  const names = await namesIn(treesDirectory());
  for (const name of names) {
    const retired = retiredName.exec(name)?.[1];
    if (retired === undefined) continue;
    if (Date.now() - Number(retired) < (sessionMaxSeconds + 3600) * 1000) continue;
    await rm(path.join(treesDirectory(), name), { recursive: true, force: true });
    swept += 1;
  }
  const ids = names.filter((name) => !name.includes("."));
  const known = await db().version.findMany({ where: { id: { in: ids } }, select: { id: true } });
  const alive = new Set(known.map((row) => row.id));
  for (const id of ids.filter((each) => !alive.has(each))) {
    await removeTree(id);
    swept += 1;
  }
  return swept;
}

function fingerprint(files: TreeFile[]): string {
  const hash = createHash("sha256");
  for (const file of files) {
    hash.update(`${file.sha256} ${file.executable ? "x" : "-"} ${file.path}\n`);
  }
  return hash.digest("hex");
}

async function markOf(directory: string): Promise<string | null> {
  try {
    return await readFile(directory + markSuffix, "utf8");
  } catch (error) {
    if (isEnoent(error)) return null;
    throw error;
  }
}

async function isThere(directory: string): Promise<boolean> {
  try {
    return (await stat(directory)).isDirectory();
  } catch (error) {
    if (isEnoent(error)) return false;
    throw error;
  }
}

// A tree in use below a mounted overlay must keep its content: it is moved aside, never emptied.
async function replace(directory: string, built: string): Promise<void> {
  const retired = path.join(
    treesDirectory(),
    `retired.${Date.now()}.${createHash("sha256").update(built).digest("hex").slice(0, 12)}`,
  );
  for (;;) {
    try {
      await rename(built, directory);
      return;
    } catch (error) {
      if (!hasCode(error, "ENOTEMPTY", "EEXIST")) throw error;
    }
    try {
      await rename(directory, retired);
    } catch (error) {
      // Somebody else moved it meanwhile.
      if (!isEnoent(error) && !hasCode(error, "ENOTEMPTY", "EEXIST")) throw error;
    }
  }
}

function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}

async function layOut(root: string, files: TreeFile[]): Promise<void> {
  const folders = new Set<string>();
  for (const file of files) {
    for (let at = file.path.indexOf("/"); at > 0; at = file.path.indexOf("/", at + 1)) {
      folders.add(file.path.slice(0, at));
    }
  }
  await makeFolder(root);
  await handOver(root, folderMode());
  for (const folder of [...folders].sort()) {
    const directory = path.join(root, folder);
    await mkdir(directory);
    await handOver(directory, folderMode());
  }
  await forEachAtOnce(files, linksAtOnce, (file) => place(path.join(root, file.path), file));
}

async function place(target: string, file: TreeFile): Promise<void> {
  const source = blobPath(file.sha256);
  try {
    if (!file.executable) {
      await link(source, target);
      return;
    }
  } catch (error) {
    if (isEnoent(error)) throw blobMissing(file);
    // Another file system, a file system without links, or one whose count of links is used up.
    if (!hasCode(error, "EXDEV", "EMLINK", "EPERM", "ENOTSUP", "EOPNOTSUPP")) throw error;
  }
  try {
    await copyFile(source, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  } catch (error) {
    throw isEnoent(error) ? blobMissing(file) : error;
  }
  await chmod(target, 0o600);
  await handOver(target, fileMode(file.executable));
}

function blobMissing(file: TreeFile): ColophonError {
  return new ColophonError("blob_missing", 500, "The archive has lost the content of a file.", {
    hint: "Tell the operator: the blob store needs to be restored from its backup.",
    details: { path: file.path, sha256: file.sha256 },
  });
}
