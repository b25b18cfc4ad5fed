import { Octokit } from "@octokit/rest";
import { config } from "#lib/config.ts";
import { ColophonError, isColophonError } from "#lib/errors.ts";
import { githubRepository, gitRef } from "./git-url.ts";
import { guardedFetch } from "./guarded-fetch.ts";
import type { Intake } from "./intake.ts";
import type { Fetched } from "./read-git.ts";
import { readTar } from "./read-tar.ts";
import type { VersionMetadata } from "./types.ts";

const answerBytes = 16 * 1024 * 1024;
const answerMs = 30_000;
const downloadMs = 30 * 60_000;

export interface FetchedFromGithub extends Fetched {
  repository: string;
  /** What the repository says about itself: the least trusted metadata. */
  about: Partial<VersionMetadata>;
}

/** The repository that an address means; GitHub's hosts and those of the configured Enterprise server. */
export function parseGithub(url: string): ReturnType<typeof githubRepository> {
  const hosts = ["github.com", "www.github.com"];
  const { githubApi } = config();
  if (githubApi) hosts.push(new URL(githubApi).host);
  return githubRepository(url, hosts);
}

/** Where people, and git, find the repositories whose API is in use. */
export function githubWeb(): string {
  const { githubApi } = config();
  const { origin } = new URL(githubApi ?? "https://github.com");
  return origin === "https://api.github.com" ? "https://github.com" : origin;
}

/** Whether GitHub has refused because its API takes no more requests for now: its git server still may. */
export function isRateLimited(error: unknown): boolean {
  return isColophonError(error) && error.code === "source_rate_limited";
}

/**
 * Takes the files of a GitHub repository at a ref (its default branch unless told) into the intake: the ref is resolved
 * to a commit, that commit's tarball streamed in. Throws `source_not_found`, `source_ref_unknown` (422),
 * `source_rate_limited` (503), and what `guardedFetch` throws.
 */
export async function readGithub(
  address: string,
  ref: string | undefined,
  intake: Intake,
): Promise<FetchedFromGithub> {
  const { githubApi, githubToken } = config();
  const { owner, repo, ref: named } = parseGithub(address);
  const octokit = new Octokit({
    ...(githubApi ? { baseUrl: githubApi.replace(/\/+$/, "") } : {}),
    ...(githubToken ? { auth: githubToken } : {}),
    userAgent: "colophon",
    request: { fetch: guarded(intake.signal) },
    // Ours say what matters; its own would go to the console.
    log: { debug: silent, info: silent, warn: silent, error: silent },
  });
  const { data: repository } = await asked(octokit.repos.get({ owner, repo }), "source_not_found");
  const wanted = ref !== undefined ? gitRef(ref) : (named ?? repository.default_branch);
  const { data: commit } = await asked(
    octokit.repos.getCommit({ owner, repo, ref: wanted, per_page: 1 }),
    "source_ref_unknown",
  );
  // The tarball is streamed, which octokit does not do: it only says where it is and how to ask.
  const tarball = octokit.request.endpoint("GET /repos/{owner}/{repo}/tarball/{ref}", {
    owner,
    repo,
    ref: commit.sha,
  });
  const answer = await guardedFetch(tarball.url, {
    headers: {
      accept: "application/vnd.github+json",
      ...(githubToken ? { authorization: `token ${githubToken}` } : {}),
    },
    maxBytes: intake.limits.maxBytes,
    timeoutMs: downloadMs,
    signal: intake.signal,
  });
  if (answer.status !== 200) {
    answer.body.destroy();
    throw refusal(answer.status, answer.headers, "source_not_found");
  }
  await readTar(answer.body, true, intake);
  return {
    commit: commit.sha,
    date: commit.commit.committer?.date ?? "",
    repository: repository.full_name,
    about: {
      ...(repository.description ? { description: repository.description.slice(0, 5_000) } : {}),
      ...(repository.license?.spdx_id && repository.license.spdx_id !== "NOASSERTION"
        ? { license: repository.license.spdx_id }
        : {}),
      ...(repository.topics?.length ? { keywords: repository.topics.slice(0, 30) } : {}),
    },
  };
}

function silent(): undefined {
  return undefined;
}

/** `fetch` for octokit, with every connection under guard. */
function guarded(signal: AbortSignal | undefined): typeof fetch {
  return async (input, init) => {
    const url = typeof input === "string" ? input : input instanceof URL ? input.href : input.url;
    const { status, headers, body } = await guardedFetch(url, {
      method: init?.method === "HEAD" ? "HEAD" : "GET",
      headers: Object.fromEntries(new Headers(init?.headers)),
      maxBytes: answerBytes,
      timeoutMs: answerMs,
      signal,
    });
    const chunks: Uint8Array[] = [];
    for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(chunk);
    const empty = status === 204 || status === 304;
    return new Response(empty ? null : Buffer.concat(chunks), { status, headers });
  };
}

async function asked<T>(answer: Promise<T>, missing: string): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof Error && "status" in error && typeof error.status === "number"))
      throw error;
    const response = "response" in error ? (error.response as { headers?: object }) : undefined;
    const headers = Object.fromEntries(Object.entries(response?.headers ?? {}));
    // octokit reports what its fetch threw as a 500 with that as the cause.
    if (error.cause instanceof ColophonError) throw error.cause;
    throw refusal(error.status, headers, missing);
  }
}

function refusal(status: number, headers: Record<string, unknown>, missing: string): ColophonError {
  const limited =
    status === 429 || (status === 403 && String(headers["x-ratelimit-remaining"]) === "0");
  if (limited) {
    return new ColophonError("source_rate_limited", 503, "GitHub takes no more requests for now.", {
      hint: "Try again in an hour, or ask the operator to set COLOPHON_GITHUB_TOKEN.",
    });
  }
  if (status === 404 || status === 422 || status === 409 || status === 403 || status === 401) {
    return missing === "source_ref_unknown"
      ? new ColophonError(missing, 422, "The repository has no such branch, tag or commit.", {
          hint: "Give one that it has.",
        })
      : new ColophonError(missing, 422, "There is no such public repository on GitHub.", {
          hint: "Check the address; a private repository can be uploaded as a zip.",
        });
  }
  return new ColophonError("source_unreachable", 503, `GitHub answered with status ${status}.`, {
    hint: "Try again later.",
  });
}
