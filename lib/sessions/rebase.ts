import { chmod, chown, lstat, mkdir, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { db } from "#lib/db/index.ts";
import { isEnoent } from "#lib/errors.ts";
import { engine } from "./engine.ts";
import { isRoot, sessionUser } from "./installation.ts";
import { litter } from "./litter.ts";
import { workspaceDirectory } from "./workspace-folder.ts";

/**
 * Takes out of a workspace's writable layer what has become part of its draft, so that later edits of the
 * draft are not hidden by older ones of a session. Links, empty folders and what nobody publishes stay.
 * Only while no session can be at work in it.
 */
export async function rebaseWorkspace(id: string, versionId: string): Promise<void> {
  const directory = workspaceDirectory(id);
  await rm(path.join(directory, "layer"), { recursive: true, force: true });
  if (!isRoot()) {
    await replaceForeign(directory, versionId);
    return;
  }
  const rows = await db().file.findMany({ where: { versionId }, select: { path: true } });
  const committed = new Set(rows.map((row) => row.path));
  const upper = path.join(directory, "upper");
  const former = path.join(directory, "upper.former");
  if (!(await exists(former))) {
    if (!(await exists(upper))) return;
    await rename(upper, former);
  }
  await makeFolder(upper);
  await keep(former, upper, "", committed);
  await rm(former, { recursive: true, force: true });
}

// What a session's user owns we may not move: here the whole layer is laid aside, links and all.
async function replaceForeign(directory: string, versionId: string): Promise<void> {
  const upper = path.join(directory, "upper");
  if (await exists(upper)) {
    await rename(upper, path.join(directory, `upper.former-${crypto.randomUUID().slice(0, 8)}`));
    await mkdir(upper);
    await chmod(upper, 0o777);
  }
  const version = await db().version.findUnique({
    where: { id: versionId },
    select: { environment: { select: { imageId: true } } },
  });
  const image = version?.environment?.imageId;
  const former = (await readdir(directory)).filter((name) => name.startsWith("upper.former"));
  if (image && former.length > 0) await engine().removeHostFiles(directory, former, image);
}

async function exists(file: string): Promise<boolean> {
  try {
    await lstat(file);
    return true;
  } catch (error) {
    if (isEnoent(error)) return false;
    throw error;
  }
}

async function makeFolder(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await chown(directory, sessionUser.uid, sessionUser.gid);
}

async function keep(
  from: string,
  to: string,
  prefix: string,
  committed: Set<string>,
): Promise<void> {
  const names = await readdir(path.join(from, prefix));
  const folder = path.join(to, prefix);
  if (names.length === 0 && prefix !== "") await makeFolders(to, prefix);
  for (const name of names) {
    const relative = path.join(prefix, name);
    const stat = await lstat(path.join(from, relative));
    if (stat.isDirectory()) {
      await keep(from, to, relative, committed);
      continue;
    }
    // A character device is how the layer says that something was deleted.
    if (stat.isCharacterDevice()) continue;
    if (stat.isFile() && committed.has(relative.normalize("NFC")) && !litter.test(relative))
      continue;
    await makeFolders(to, prefix);
    await rename(path.join(from, relative), path.join(folder, name));
  }
}

async function makeFolders(to: string, prefix: string): Promise<void> {
  let at = to;
  for (const part of prefix.split(path.sep).filter(Boolean)) {
    at = path.join(at, part);
    if (!(await exists(at))) await makeFolder(at);
  }
}
