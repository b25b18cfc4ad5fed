import type { SavedWidget } from "#lib/notebooks/index.ts";

/** Where a rendered notebook's pictures, frames and files are to be had. */
export interface NotebookPlace {
  versionId: string;
  /** The notebook's path in the version. */
  path: string;
  /** Hash of the notebook file: part of the addresses, so that they may be cached for ever. */
  sha256: string;
  /** The version's files: `…/versions/2/files`. */
  filesUrl: string;
  /** The controls that the notebook was saved with, by their ids. */
  widgets: Map<string, SavedWidget>;
}

/** Address of a file of the version. */
export function fileUrl(filesUrl: string, path: string): string {
  return `${filesUrl}/${path.split("/").map(encodeURIComponent).join("/")}`;
}

/** Address of what one output shows as a picture or a framed document. */
export function outputUrl(
  place: NotebookPlace,
  cell: number,
  output: number,
  type: string,
): string {
  const query = new URLSearchParams({ path: place.path, type, sha: place.sha256.slice(0, 16) });
  return `/outputs/${place.versionId}/${cell}/${output}?${query}`;
}

/** Address of what a frame is told to show of one output that needs a library. */
export function outputItemUrl(
  { versionId, path, sha256 }: NotebookPlace,
  cell: number,
  output: number,
): string {
  const query = new URLSearchParams({ path, sha: sha256.slice(0, 16) });
  return `/outputs/${versionId}/${cell}/${output}/item?${query}`;
}

/** Address of the states of all controls that the notebook was saved with. */
export function savedWidgetsUrl({ versionId, path, sha256 }: NotebookPlace): string {
  return `/outputs/${versionId}/widgets?${new URLSearchParams({ path, sha: sha256.slice(0, 16) })}`;
}

/** A path that a notebook names relative to itself, as a path in the version; null where it leaves the version. */
export function resolvePath(from: string, relative: string): string | null {
  const [bare = ""] = relative.split(/[?#]/);
  let decoded: string;
  try {
    decoded = decodeURIComponent(bare);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
  if (!decoded || decoded.startsWith("/")) return null;
  const parts = from.split("/").slice(0, -1);
  for (const part of decoded.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") {
      if (parts.length === 0) return null;
      parts.pop();
    } else parts.push(part);
  }
  return parts.length > 0 ? parts.join("/") : null;
}
