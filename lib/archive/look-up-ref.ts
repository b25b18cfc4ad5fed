import { rm } from "node:fs/promises";
import { gitRef, gitUrl, looksLikeCommit } from "./git-url.ts";
import { explained, notThere, reach } from "./read-git.ts";
import { GitFailed, git } from "./run-git.ts";
import { openStaging } from "./staging.ts";

const timeoutMs = 60_000;

/**
 * The commit that a ref of a repository means now (its default branch unless told), asked of its server without
 * fetching anything. A commit in full is given back as it is; null where the server names no such ref. Throws
 * `source_invalid`, `source_ref_invalid`, `source_forbidden`, `source_not_found`, `source_unreachable` (422).
 */
export async function lookUpGitRef(
  address: string,
  ref: string | undefined,
  signal?: AbortSignal,
): Promise<string | null> {
  const name = ref === undefined || ref === "HEAD" ? undefined : gitRef(ref);
  const url = gitUrl(address);
  const timeout = AbortSignal.timeout(timeoutMs);
  const over = signal ? AbortSignal.any([timeout, signal]) : timeout;
  const reached = await reach(url, over);
  const directory = await openStaging();
  try {
    const run = { directory, signal: over, settings: reached.settings, env: reached.env };
    const names =
      name === undefined
        ? ["HEAD"]
        : // A tag with a message is an object of its own: what it points at comes first.
          [`refs/heads/${name}`, `refs/tags/${name}^{}`, `refs/tags/${name}`];
    const listed = await git(["ls-remote", "--quiet", "--", reached.url, ...names], run);
    const found = new Map(
      listed.split("\n").map((line): [string, string] => {
        const [commit = "", full = ""] = line.split("\t");
        return [full, commit];
      }),
    );
    for (const full of names) {
      const commit = found.get(full);
      if (commit !== undefined) return commit;
    }
    return name !== undefined && name.length >= 40 && looksLikeCommit(name)
      ? name.toLowerCase()
      : null;
  } catch (error) {
    if (error instanceof GitFailed) throw explained(error, name);
    if (timeout.aborted && !signal?.aborted) throw notThere();
    throw error;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
