import type { FileView } from "#lib/archive/index.ts";

/** A folder of a version with what is directly in it. */
export interface Folder {
  name: string;
  path: string;
  folders: Folder[];
  files: FileView[];
  /** Files in it and below. */
  count: number;
}

/** The flat list of a version's files as nested folders, names in natural order. */
export function folderTree(files: FileView[]): Folder {
  const root: Folder = { name: "", path: "", folders: [], files: [], count: 0 };
  const known = new Map<string, Folder>([["", root]]);
  const folderOf = (path: string): Folder => {
    const found = known.get(path);
    if (found) return found;
    const cut = path.lastIndexOf("/");
    const folder = { name: path.slice(cut + 1), path, folders: [], files: [], count: 0 };
    folderOf(cut < 0 ? "" : path.slice(0, cut)).folders.push(folder);
    known.set(path, folder);
    return folder;
  };
  for (const file of files) {
    const cut = file.path.lastIndexOf("/");
    folderOf(cut < 0 ? "" : file.path.slice(0, cut)).files.push(file);
  }
  return settle(root);
}

const order = new Intl.Collator("en", { numeric: true });

function settle(folder: Folder): Folder {
  folder.folders.sort((a, b) => order.compare(a.name, b.name)).forEach(settle);
  folder.files.sort((a, b) => order.compare(a.path, b.path));
  folder.count = folder.files.length + folder.folders.reduce((sum, { count }) => sum + count, 0);
  return folder;
}
