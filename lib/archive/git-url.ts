import { ColophonError } from "#lib/errors.ts";

/** A branch, a tag or a commit, in the characters that such names really have. */
const refGrammar = /^[A-Za-z0-9][A-Za-z0-9._/+@=-]{0,254}$/;
const hostGrammar =
  /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:.]+\])$/i;
const pathGrammar = /^\/[A-Za-z0-9._~%/+@:=,-]{1,1000}$/;
const scpGrammar = /^([a-z_][a-z0-9_-]{0,31})@([a-z0-9.-]+):([^/].*)$/i;

/**
 * The address of a git repository: http, https, git or ssh (`git@host:path` too), nothing that a program could take
 * for an option or a helper. Throws `source_invalid` (422).
 */
export function gitUrl(text: string): URL {
  const trimmed = text.trim();
  const scp = scpGrammar.exec(trimmed);
  const spelled = scp ? `ssh://${scp[1]}@${scp[2]}/${scp[3]}` : trimmed;
  const url = URL.canParse(spelled) ? new URL(spelled) : null;
  if (!url || !["http:", "https:", "git:", "ssh:"].includes(url.protocol)) {
    throw invalid("This is not the address of a git repository.");
  }
  if (url.password || (url.username && url.protocol !== "ssh:")) {
    throw invalid("The address contains a user name or password.");
  }
  if (url.username && !/^[a-z_][a-z0-9_-]{0,31}$/i.test(url.username)) {
    throw invalid("The address contains an odd user name.");
  }
  const sound =
    hostGrammar.test(url.hostname) &&
    pathGrammar.test(url.pathname) &&
    !/(?:^|\/)-/.test(url.pathname) &&
    !url.search &&
    !url.hash;
  if (!sound) throw invalid("This is not the address of a git repository.");
  return url;
}

/** A ref that git may be given. Throws `source_ref_invalid` (422). */
export function gitRef(ref: string): string {
  const sound = refGrammar.test(ref) && !/\.\.|@\{|\/\/|\/\.|\.lock(?:\/|$)|[./]$/.test(ref);
  if (sound) return ref;
  throw new ColophonError("source_ref_invalid", 422, "This is not a branch, a tag or a commit.", {
    hint: "Give a name such as main or v1.2, or a commit's hash.",
  });
}

/** Whether a ref may be a commit's (shortened) hash. */
export function looksLikeCommit(ref: string): boolean {
  return /^[0-9a-f]{7,40}$/i.test(ref) || /^[0-9a-f]{64}$/i.test(ref);
}

/**
 * Owner, name and maybe ref of a repository on GitHub, from its address (also `…/tree/<ref>`) or `owner/name`. `hosts`
 * are GitHub's and those of an Enterprise server. Throws `source_invalid` (422).
 */
export function githubRepository(
  text: string,
  hosts: string[] = ["github.com", "www.github.com"],
): { owner: string; repo: string; ref: string | null } {
  const trimmed = text.trim().replace(/^git@([a-z0-9.-]+):/i, "https://$1/");
  const url = URL.canParse(trimmed) ? new URL(trimmed) : null;
  const known = url && /^https?:$/.test(url.protocol) && hosts.includes(url.host.toLowerCase());
  if (url && !known) throw invalid("This is not the address of a GitHub repository.");
  const place = url ? url.pathname : `/${trimmed.replace(/^(?:www\.)?github\.com\//i, "")}`;
  const match =
    /^\/([A-Za-z0-9][A-Za-z0-9-]{0,38})\/([A-Za-z0-9._-]{1,100}?)(?:\.git)?(?:\/(?:tree|commit)\/(.{1,255}?))?\/?$/.exec(
      place,
    );
  const [, owner, repo, ref] = match ?? [];
  if (!owner || !repo || repo === "." || repo === "..") {
    throw invalid("This is not the address of a GitHub repository.");
  }
  return { owner, repo, ref: ref ? gitRef(ref) : null };
}

function invalid(message: string): ColophonError {
  return new ColophonError("source_invalid", 422, message, {
    hint: "Give for instance https://example.org/owner/repository.git.",
  });
}
