import { z } from "zod";
import { githubWeb, isRateLimited, looksLikeCommit, lookUpGitRef } from "#lib/archive/index.ts";
import { config } from "#lib/config.ts";
import { ask, odd, refusal } from "../ask.ts";
import type { BinderSpec, Resolved } from "../types.ts";
import { type FoundRef, findRef } from "./missing-ref.ts";

const Commit = z.object({ sha: z.string().regex(/^[0-9a-f]{40,64}$/) });

/** Answers to ask for again with their ETag: GitHub does not count a 304 among an hour's requests. */
const known = new Map<string, { etag: string; sha: string }>();
const remembered = 1_000;

const usedUp =
  "GitHub's API takes no more requests from here this hour: its git server is asked instead.";

/**
 * A repository of GitHub, or of the configured Enterprise server. Once the API's requests of the hour are used up, its
 * git server is asked, which has no such limit.
 */
export async function resolveGithub(
  { repository, ref }: BinderSpec,
  signal: AbortSignal,
): Promise<Resolved> {
  const wanted = ref ?? "HEAD";
  const web = `${githubWeb()}/${repository}`;
  const { commit, note, isByGit } = await found();
  return {
    resolved: commit,
    source: isByGit
      ? { type: "git", url: `${web}.git`, ref: commit }
      : { type: "github", url: web, ref: commit },
    title: repository.split("/")[1] ?? repository,
    repoUrl: web,
    refUrl: `${web}/tree/${commit}`,
    persistentSpec: `${repository}/${commit}`,
    ...(note ? { note } : {}),
  };

  async function found(): Promise<FoundRef & { isByGit: boolean }> {
    try {
      const byApi = await findRef(wanted, (name) => commitOf(repository, name, signal));
      return { ...byApi, isByGit: false };
    } catch (error) {
      if (!isRateLimited(error)) throw error;
      const byGit = await findRef(wanted, async (name) => {
        const full = await lookUpGitRef(`${web}.git`, name, signal);
        // Only the API knows commits by less than their whole name.
        if (full === null && looksLikeCommit(name)) throw error;
        return full;
      });
      return { ...byGit, note: [usedUp, byGit.note].filter(Boolean).join(" "), isByGit: true };
    }
  }
}

async function commitOf(
  repository: string,
  ref: string,
  signal: AbortSignal,
): Promise<string | null> {
  const url = `${githubApi()}/repos/${repository}/commits/${encodeURIComponent(ref)}`;
  const before = known.get(url);
  const answer = await ask(url, {
    headers: { ...githubHeaders(), ...(before ? { "if-none-match": before.etag } : {}) },
    signal,
  });
  if (answer.status === 304 && before) return before.sha;
  // 422: no commit of that name. 404 and 409: no such repository, or an empty one.
  if (answer.status === 422) return null;
  if (answer.status !== 200) throw refusal("GitHub", "repository", answer);
  const commit = Commit.safeParse(answer.json);
  if (!commit.success) throw odd("GitHub");
  const { etag } = answer.headers;
  known.delete(url);
  if (etag) known.set(url, { etag, sha: commit.data.sha });
  const oldest = known.size > remembered ? known.keys().next().value : undefined;
  if (oldest !== undefined) known.delete(oldest);
  return commit.data.sha;
}

/** Root of the GitHub API in use. */
export function githubApi(): string {
  return (config().githubApi ?? "https://api.github.com").replace(/\/+$/, "");
}

/** What every request to GitHub says, with the operator's token where there is one. */
export function githubHeaders(): Record<string, string> {
  const { githubToken } = config();
  return {
    accept: "application/vnd.github+json",
    ...(githubToken ? { authorization: `token ${githubToken}` } : {}),
  };
}
