import { gitUrl, lookUpGitRef, refusePrivateAddress } from "#lib/archive/index.ts";
import type { BinderSpec, Resolved } from "../types.ts";
import { findRef } from "./missing-ref.ts";

/** A repository of any git server, by its address. */
export async function resolveGit(
  { repository, ref }: BinderSpec,
  signal: AbortSignal,
): Promise<Resolved> {
  await refusePrivateAddress(repository);
  const { commit, note } = await findRef(ref ?? "HEAD", (name) =>
    lookUpGitRef(repository, name, signal),
  );
  return {
    resolved: commit,
    source: { type: "git", url: repository, ref: commit },
    title: repositoryName(gitUrl(repository).pathname),
    repoUrl: repository,
    refUrl: repository,
    persistentSpec: `${encodeURIComponent(repository)}/${commit}`,
    ...(note ? { note } : {}),
  };
}

/** The last part of a repository's path, as a title for the time until its files say one. */
export function repositoryName(path: string): string {
  const last = path.split("/").filter(Boolean).at(-1) ?? "repository";
  return last.replace(/\.git$/, "") || "repository";
}
