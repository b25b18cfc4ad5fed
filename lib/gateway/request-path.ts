import { isSessionId } from "#lib/sessions/index.ts";

/** A request's path, taken apart. */
export interface SessionPath {
  id: string;
  /** All of it, as it came. */
  url: string;
  /** Everything before the question mark, as it came. */
  path: string;
  query: URLSearchParams;
}

/**
 * Reads `/s/<id>/…`. Null for every other path, for the absolute form, and for whatever could mean another
 * path to the server behind: dot segments, plain or encoded, and backslashes.
 */
export function readSessionPath(url: string | undefined): SessionPath | null {
  const [path = "", ...rest] = (url ?? "").split("?");
  const match = /^\/s\/([^/]+)\//.exec(path);
  const id = match?.[1];
  if (id === undefined || !isSessionId(id) || isDevious(path)) return null;
  return { id, url: url ?? "", path, query: new URLSearchParams(rest.join("?")) };
}

/** The id in `/s/<id>` without the slash that a session's path has, so that people can be led on. */
export function readBareSessionPath(url: string | undefined): string | null {
  const id = /^\/s\/([^/?]+)(?:\?|$)/.exec(url ?? "")?.[1];
  return id !== undefined && isSessionId(id) ? id : null;
}

function isDevious(path: string): boolean {
  if (/[\\#\0]|%(?![0-9a-f]{2})|%00/i.test(path)) return true;
  return path.split("/").some((segment) => {
    const plain = segment.replace(/%2e/gi, ".").replace(/%(?:2f|5c)/gi, "/");
    return plain.split("/").some((part) => part === "." || part === "..");
  });
}

/** The same URL without the token that it carried. */
export function withoutToken({ url, path, query }: SessionPath): string {
  if (!query.has("token")) return url;
  const left = new URLSearchParams(query);
  left.delete("token");
  const text = left.toString();
  return text === "" ? path : `${path}?${text}`;
}
