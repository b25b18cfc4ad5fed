import type { DirectoryDropItem, DropItem, FileDropItem } from "react-aria-components";
import type { TarEntry } from "./tar.ts";

/** Folders and files that tools leave behind: no part of a paper. */
const leftOut =
  /(^|\/)(\.git|\.hg|\.svn|node_modules|__pycache__|\.ipynb_checkpoints|\.venv|\.DS_Store|Thumbs\.db)(\/|$)/;

/** What is to be published: one archive file, or the files of a folder with the folder's name. */
export type Collected =
  | { kind: "archive"; file: File; mediaType: string }
  | { kind: "files"; name: string; entries: TarEntry[]; leftOut: number };

/** The media type of an archive by its name; null for any other file. */
export function archiveType(name: string): string | null {
  if (/\.zip$/i.test(name)) return "application/zip";
  if (/\.tar$/i.test(name)) return "application/x-tar";
  if (/\.(tar\.gz|tgz)$/i.test(name)) return "application/gzip";
  return null;
}

function sift(name: string, entries: TarEntry[]): Collected {
  const kept = entries.filter(({ path }) => !leftOut.test(path));
  return { kind: "files", name, entries: kept, leftOut: entries.length - kept.length };
}

/** From a file chooser: an archive, single files, or a folder whose own name is not part of the paths. */
export function fromFileList(list: File[]): Collected | null {
  const [first] = list;
  if (!first) return null;
  const mediaType = list.length === 1 ? archiveType(first.name) : null;
  if (mediaType) return { kind: "archive", file: first, mediaType };
  const top = first.webkitRelativePath.split("/")[0] ?? "";
  const entries = list.map((file) => ({
    path: file.webkitRelativePath.split("/").slice(1).join("/") || file.name,
    file,
  }));
  return sift(top || first.name, entries);
}

async function entriesOf(directory: DirectoryDropItem, prefix: string): Promise<TarEntry[]> {
  const entries: TarEntry[] = [];
  for await (const item of directory.getEntries()) {
    const path = `${prefix}${item.name}`;
    if (leftOut.test(path)) continue;
    if (item.kind === "directory") entries.push(...(await entriesOf(item, `${path}/`)));
    else entries.push({ path, file: await item.getFile() });
  }
  return entries;
}

/** From what was dropped. */
export async function fromDrop(items: DropItem[]): Promise<Collected | null> {
  const kept = items.filter(
    (item): item is DirectoryDropItem | FileDropItem => item.kind !== "text",
  );
  const [first] = kept;
  if (!first) return null;
  if (kept.length === 1 && first.kind === "directory") {
    return sift(first.name, await entriesOf(first, ""));
  }
  if (kept.length === 1 && first.kind === "file") return fromFileList([await first.getFile()]);
  const entries: TarEntry[] = [];
  for (const item of kept) {
    if (item.kind === "directory") entries.push(...(await entriesOf(item, `${item.name}/`)));
    else entries.push({ path: item.name, file: await item.getFile() });
  }
  return sift("", entries);
}
