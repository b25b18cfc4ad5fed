import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { ColophonError } from "#lib/errors.ts";
import { checkedAddresses } from "./addresses.ts";
import { gitRef, gitUrl, looksLikeCommit } from "./git-url.ts";
import { guardedFetch, portOf } from "./guarded-fetch.ts";
import type { Intake } from "./intake.ts";
import { readTar } from "./read-tar.ts";
import { GitFailed, type GitRun, git, streamGit } from "./run-git.ts";

/** Where in our repository the wanted commit is put. */
const wanted = "refs/colophon/wanted";
const timeoutMs = 30 * 60_000;
const probeMs = 30_000;

export interface Fetched {
  commit: string;
  /** When it was committed, ISO 8601. */
  date: string;
}

/**
 * Takes the files of a repository at a ref (its default branch unless told) into the intake: fetched as shallowly as
 * its server can, streamed out of git as a tar, never checked out; submodules are left out. Throws `source_not_found`,
 * `source_ref_unknown`, `source_forbidden`, `source_unreachable` (422), `git_missing` (503).
 */
export async function readGit(
  address: string,
  ref: string | undefined,
  directory: string,
  intake: Intake,
): Promise<Fetched> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = intake.signal ? AbortSignal.any([timeout, intake.signal]) : timeout;
  const name = ref === undefined ? undefined : gitRef(ref);
  const { url, env, settings } = await reach(gitUrl(address), signal);
  const repository = path.join(directory, "repository");
  await mkdir(repository);
  const run: GitRun = {
    directory: repository,
    signal,
    settings,
    env,
    maxBytes: intake.limits.maxBytes * 2,
  };
  try {
    await git(["init", "--quiet", "--bare", "--template=", "."], run);
    await fetchWanted(url, name, run);
    const commit = (await git(["rev-parse", "--verify", `${wanted}^{commit}`], run)).trim();
    const date = (await git(["show", "-s", "--format=%cI", commit], run)).trim();
    // What the author told `git archive` to leave out or rewrite is part of the paper all the same.
    await mkdir(path.join(repository, "info"), { recursive: true });
    await writeFile(path.join(repository, "info/attributes"), "* -export-ignore -export-subst\n");
    await streamGit(["archive", "--format=tar", commit], run, (tar) => readTar(tar, false, intake));
    return { commit, date };
  } catch (error) {
    if (error instanceof GitFailed) throw explained(error, name);
    if (timeout.aborted && !intake.signal?.aborted) throw tooSlow();
    throw error;
  }
}

/** How git is told to connect to what was checked, and to nothing else. */
export async function reach(
  url: URL,
  signal: AbortSignal,
): Promise<{ url: string; env: Record<string, string>; settings: string[] }> {
  const protocol = url.protocol.slice(0, -1);
  const env = { GIT_ALLOW_PROTOCOL: protocol };
  if (protocol === "http" || protocol === "https") {
    const final = await followed(url, signal);
    const port = portOf(final);
    const addresses = await checkedAddresses(final.hostname, port);
    const list = addresses.map(({ address, family }) => (family === 6 ? `[${address}]` : address));
    return {
      url: final.href,
      env: { GIT_ALLOW_PROTOCOL: final.protocol.slice(0, -1) },
      settings: [`http.curloptResolve=${final.hostname}:${port}:${list.join(",")}`],
    };
  }
  const [first] = await checkedAddresses(url.hostname, portOf(url));
  const address = first?.address ?? "";
  if (protocol === "git") {
    const pinned = new URL(url);
    pinned.hostname = first?.family === 6 ? `[${address}]` : address;
    return { url: pinned.href, env, settings: [] };
  }
  // Without any key of this machine's: a stranger must not import what only its operator may read.
  const ssh = [
    "ssh -F /dev/null -oBatchMode=yes -oIdentitiesOnly=yes -oIdentityFile=/dev/null -oIdentityAgent=none",
    `-oUserKnownHostsFile=/dev/null -oStrictHostKeyChecking=accept-new -oHostName=${address}`,
  ].join(" ");
  return {
    url: url.href,
    env: { ...env, GIT_SSH_COMMAND: ssh, GIT_SSH_VARIANT: "ssh" },
    settings: [],
  };
}

// git itself follows no redirects: where the repository really is, is found out under guard.
async function followed(url: URL, signal: AbortSignal): Promise<URL> {
  const place = url.pathname.replace(/\/+$/, "");
  const probe = `${url.origin}${place}/info/refs?service=git-upload-pack`;
  const {
    status,
    url: final,
    body,
  } = await guardedFetch(probe, {
    maxBytes: Number.MAX_SAFE_INTEGER,
    timeoutMs: probeMs,
    signal,
    headers: { "git-protocol": "version=2" },
  });
  body.destroy();
  if (status !== 200) throw notThere();
  const found = new URL(final);
  if (!found.pathname.endsWith("/info/refs")) throw notThere();
  return gitUrl(`${found.origin}${found.pathname.slice(0, -"/info/refs".length)}`);
}

async function fetchWanted(url: string, name: string | undefined, run: GitRun): Promise<void> {
  const source = await remoteRef(url, name, run);
  if (source) {
    await shallow(url, `+${source}:${wanted}`, run);
    return;
  }
  if (!name || !looksLikeCommit(name)) throw unknownRef(name);
  if (name.length >= 40) {
    try {
      await shallow(url, `+${name}:${wanted}`, run);
      return;
    } catch (error) {
      // Many servers give only what a branch points at; then all of it has to come.
      if (!(error instanceof GitFailed)) throw error;
    }
  }
  const everything = ["+refs/heads/*:refs/remote/heads/*", "+refs/tags/*:refs/remote/tags/*"];
  await git(
    ["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--", url, ...everything],
    run,
  );
  await git(["update-ref", wanted, `${name}^{commit}`], run).catch((error: unknown) => {
    throw error instanceof GitFailed ? unknownRef(name) : error;
  });
}

/** The full name of a ref on the server; null when it has none of that name. */
async function remoteRef(
  url: string,
  name: string | undefined,
  run: GitRun,
): Promise<string | null> {
  const candidates =
    name === undefined
      ? ["HEAD"]
      : [...(name.startsWith("refs/") ? [name] : []), `refs/heads/${name}`, `refs/tags/${name}`];
  const listed = await git(["ls-remote", "--quiet", "--", url, ...candidates], run);
  const names = new Set(listed.split("\n").map((line) => line.split("\t")[1]));
  return candidates.find((candidate) => names.has(candidate)) ?? null;
}

async function shallow(url: string, refspec: string, run: GitRun): Promise<void> {
  const options = ["--quiet", "--no-tags", "--no-recurse-submodules"];
  try {
    await git(["fetch", ...options, "--depth=1", "--", url, refspec], run);
  } catch (error) {
    // A plain web server with a repository on it knows no depth.
    if (!(error instanceof GitFailed) || !/dumb http|shallow/i.test(error.stderr)) throw error;
    await git(["fetch", ...options, "--", url, refspec], run);
  }
}

/** What git said, as a refusal of ours. */
export function explained({ stderr }: GitFailed, name: string | undefined): ColophonError {
  if (/couldn't find remote ref|unadvertised object|not our ref/i.test(stderr))
    return unknownRef(name);
  if (
    /not found|does not exist|access denied|not exported|authentication|could not read|denied/i.test(
      stderr,
    )
  ) {
    return notThere();
  }
  return new ColophonError("source_unreachable", 422, "The repository could not be fetched.", {
    hint: "Check that `git clone` of the address works without a login, then try again.",
  });
}

/** No repository answers at the address. */
export function notThere(): ColophonError {
  return new ColophonError(
    "source_not_found",
    422,
    "There is no public git repository at this address.",
    {
      hint: "Check the address; a private repository can be uploaded as a zip.",
    },
  );
}

function unknownRef(name: string | undefined): ColophonError {
  return new ColophonError(
    "source_ref_unknown",
    422,
    name ? `The repository has no “${name}”.` : "The repository is empty.",
    { hint: "Give a branch, a tag or a commit that it has." },
  );
}

function tooSlow(): ColophonError {
  return new ColophonError("source_timeout", 422, "Fetching the repository took too long.", {
    hint: "Upload its files as a zip or tar.gz instead.",
  });
}
