import { z } from "zod";
import { ColophonError } from "#lib/errors.ts";
import { ask, odd, refusal } from "../ask.ts";
import type { BinderSpec, Resolved } from "../types.ts";
import { githubApi, githubHeaders } from "./github.ts";

const Gist = z.object({
  git_pull_url: z.string(),
  html_url: z.string(),
  description: z.string().nullish(),
  owner: z.object({ login: z.string() }).nullish(),
  /** Newest first. */
  history: z.array(z.object({ version: z.string().regex(/^[0-9a-f]{40,64}$/) })),
});

/** A gist: its newest version, or the one that was asked for. */
export async function resolveGist(
  { repository, ref }: BinderSpec,
  signal: AbortSignal,
): Promise<Resolved> {
  const [owner = "", id = ""] = repository.split("/");
  const answer = await ask(`${githubApi()}/gists/${id}`, { headers: githubHeaders(), signal });
  if (answer.status !== 200) throw refusal("GitHub", "gist", answer);
  const gist = Gist.safeParse(answer.json);
  if (!gist.success) throw odd("GitHub");
  const { history, git_pull_url, html_url, description } = gist.data;
  if (gist.data.owner && gist.data.owner.login.toLowerCase() !== owner.toLowerCase()) {
    throw refusal("GitHub", "gist", { ...answer, status: 404 });
  }
  const isNewest = ref === null || ["HEAD", "master", "main"].includes(ref);
  const commit = isNewest
    ? history[0]?.version
    : history.find(({ version }) => version.startsWith(ref.toLowerCase()))?.version;
  if (!commit) {
    throw new ColophonError("source_ref_unknown", 404, `The gist has no version “${ref}”.`, {
      hint: "Leave the version out for the newest.",
    });
  }
  return {
    resolved: commit,
    source: { type: "git", url: git_pull_url, ref: commit },
    title: description?.trim().slice(0, 200) || `Gist of ${owner}`,
    repoUrl: git_pull_url,
    refUrl: `${html_url}/${commit}`,
    persistentSpec: `${repository}/${commit}`,
  };
}
