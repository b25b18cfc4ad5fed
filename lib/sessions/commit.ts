import { canonicalPath, describeVersion, putBlob, replaceDraftFiles } from "#lib/archive/index.ts";
import { config } from "#lib/config.ts";
import { db } from "#lib/db/index.ts";
import { isColophonError } from "#lib/errors.ts";
import { logger } from "#lib/log.ts";
import { baseTree } from "./base-tree.ts";
import { regularFiles } from "./layer.ts";
import { litter } from "./litter.ts";
import { readWorkspace } from "./read-workspace.ts";

interface DraftFile {
  path: string;
  sha256: string;
  size: number;
  executable: boolean;
}

const underWay = new Map<string, Promise<void>>();

/**
 * Takes what was changed in a workspace over into the files of its draft: new and changed files, deletions.
 * Links and devices are passed over with a note in the log. Works while a session runs, too.
 */
export async function commitWorkspace(workspaceId: string): Promise<void> {
  const before = underWay.get(workspaceId) ?? Promise.resolve();
  const mine = before.then(
    () => commit(workspaceId),
    () => commit(workspaceId),
  );
  underWay.set(workspaceId, mine);
  try {
    await mine;
  } finally {
    if (underWay.get(workspaceId) === mine) underWay.delete(workspaceId);
  }
}

/** The same for the workspace that belongs to a draft, if it has one. */
export async function commitDraftWorkspace(versionId: string): Promise<void> {
  const workspace = await db().workspace.findFirst({
    where: { versionId, expiresAt: null },
    orderBy: { createdAt: "asc" },
  });
  if (workspace) await commitWorkspace(workspace.id);
}

/** A path as the archive has it; null for a name that it does not take. */
function publishable(name: string): string | null {
  try {
    return canonicalPath(name);
  } catch (error) {
    if (isColophonError(error)) return null;
    throw error;
  }
}

async function commit(workspaceId: string): Promise<void> {
  const { versionId } = await db().workspace.findUniqueOrThrow({ where: { id: workspaceId } });
  const rows = await db().file.findMany({ where: { versionId } });
  const present = new Map<string, DraftFile>(
    rows.map((row) => [
      row.path,
      { path: row.path, sha256: row.sha256, size: Number(row.size), executable: row.executable },
    ]),
  );
  const seen = new Set<string>();
  const whole: string[] = [];
  const result = new Map<string, DraftFile>();
  const skipped: string[] = [];
  let bytes = 0;
  const read = await readWorkspace(workspaceId, versionId);
  if (read === null) return;
  try {
    for await (const file of read.files((folder) => whole.push(`${folder}/`))) {
      const path = publishable(file.path);
      if (path === null) {
        skipped.push(file.path);
        continue;
      }
      if (litter.test(path)) continue;
      seen.add(path);
      const known = present.get(path);
      if (!file.changed && known) continue;
      if (file.content === null) {
        // Unchanged, but the draft has dropped it meanwhile; or nothing that could be kept.
        if (file.changed) skipped.push(path);
        continue;
      }
      bytes += file.size;
      const left = config().uploadMax - bytes + file.size;
      const blob = await putBlob(file.content(), { maxBytes: left });
      result.set(path, { path, ...blob, executable: file.executable });
    }
  } finally {
    await read.close();
  }
  // Gone is what the workspace began with and no longer shows; files that the draft got otherwise stay.
  for await (const path of regularFiles(await baseTree(workspaceId, versionId))) {
    if (seen.has(path) || whole.some((folder) => path.startsWith(folder))) continue;
    if (!litter.test(path)) present.delete(path);
  }
  for (const [path, file] of result) present.set(path, file);
  const files = [...present.values()].map(({ path, sha256, size, executable }) => ({
    path,
    sha256,
    size,
    executable,
  }));
  await db().$transaction((tx) => replaceDraftFiles(versionId, files, tx));
  await describeVersion(versionId);
  logger("sessions").info(
    {
      workspace: workspaceId,
      changed: result.size,
      files: files.length,
      skipped: skipped.slice(0, 20),
    },
    "workspace taken over",
  );
}
