import { z } from "zod";
import { config } from "#lib/config.ts";
import { ask, odd, refusal } from "../ask.ts";
import type { BinderSpec, Resolved } from "../types.ts";
import { findRef } from "./missing-ref.ts";

const Commit = z.object({ id: z.string().regex(/^[0-9a-f]{40,64}$/) });

/** A project of GitLab: its API names the commit, its git server gives the files. */
export async function resolveGitlab(
  { repository, ref }: BinderSpec,
  signal: AbortSignal,
): Promise<Resolved> {
  const { gitlab } = config().binder;
  const project = `${gitlab}/api/v4/projects/${encodeURIComponent(repository)}`;
  const { commit, note } = await findRef(ref ?? "HEAD", async (name) => {
    const url = `${project}/repository/commits/${encodeURIComponent(name)}`;
    const answer = await ask(url, { signal });
    // It says "404 Commit Not Found", or "404 Project Not Found".
    if (answer.status === 404 && /commit/i.test(messageOf(answer.json))) return null;
    if (answer.status !== 200) throw refusal("GitLab", "project", answer);
    const found = Commit.safeParse(answer.json);
    if (!found.success) throw odd("GitLab");
    return found.data.id;
  });
  const web = `${gitlab}/${repository}`;
  return {
    resolved: commit,
    source: { type: "git", url: `${web}.git`, ref: commit },
    title: repository.split("/").at(-1) ?? repository,
    repoUrl: `${web}.git`,
    refUrl: `${web}/tree/${commit}`,
    persistentSpec: `${encodeURIComponent(repository)}/${commit}`,
    ...(note ? { note } : {}),
  };
}

function messageOf(json: unknown): string {
  const message = z.object({ message: z.string() }).safeParse(json);
  return message.success ? message.data.message : "";
}
