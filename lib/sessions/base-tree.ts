import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { materialiseTree, treePath } from "#lib/archive/index.ts";
import { isEnoent } from "#lib/errors.ts";
import { workspaceDirectory } from "./workspace-folder.ts";

const Base = z.object({ inode: z.number() });
const file = (id: string) => path.join(workspaceDirectory(id), "base.json");

/** Notes over which tree a workspace is laid: a draft's tree is made anew when its files change elsewhere. */
export async function noteBaseTree(id: string, tree: string): Promise<void> {
  const { ino } = await stat(tree);
  await writeFile(file(id), JSON.stringify({ inode: ino }));
}

/** The tree over which a workspace was last laid, even where the draft has another by now. */
export async function baseTree(id: string, versionId: string): Promise<string> {
  const wanted = await notedInode(id);
  if (wanted !== null) {
    const current = treePath(versionId);
    const trees = path.dirname(current);
    const retired = (await readdir(trees)).filter((name) => name.startsWith("retired."));
    for (const tree of [current, ...retired.map((name) => path.join(trees, name))]) {
      if ((await inodeOf(tree)) === wanted) return tree;
    }
  }
  return await materialiseTree(versionId);
}

async function notedInode(id: string): Promise<number | null> {
  try {
    return Base.parse(JSON.parse(await readFile(file(id), "utf8"))).inode;
  } catch (error) {
    if (isEnoent(error)) return null;
    throw error;
  }
}

async function inodeOf(directory: string): Promise<number | null> {
  try {
    return (await stat(directory)).ino;
  } catch (error) {
    if (isEnoent(error)) return null;
    throw error;
  }
}
