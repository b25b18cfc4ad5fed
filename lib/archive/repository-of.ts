import { gitUrl } from "./git-url.ts";
import { githubWeb } from "./read-github.ts";
import type { SourceReference, VersionView } from "./types.ts";

/**
 * The repository, or the record of another archive, that a version's files came from; undefined for what was uploaded
 * or derived here. Its address has no credentials.
 */
export function repositoryOf(source: VersionView["source"]): SourceReference | undefined {
  const { type, url = "", commit, ref } = source;
  if (type !== "git" && type !== "github" && type !== "record") return undefined;
  const isShort = type === "github" && !URL.canParse(url);
  const address = isShort ? `${githubWeb()}/${url}` : url;
  return { type, url: bare(address), ref: commit || ref || null };
}

function bare(address: string): string {
  const url = URL.parse(address) ?? gitUrl(address);
  url.username = "";
  url.password = "";
  return url.href;
}
