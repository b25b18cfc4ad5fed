import { resolveDataverse } from "./providers/dataverse.ts";
import { resolveFigshare } from "./providers/figshare.ts";
import { resolveGist } from "./providers/gist.ts";
import { resolveGit } from "./providers/git.ts";
import { resolveGithub } from "./providers/github.ts";
import { resolveGitlab } from "./providers/gitlab.ts";
import { resolveHydroshare } from "./providers/hydroshare.ts";
import { resolveZenodo } from "./providers/zenodo.ts";
import type { BinderSpec, ProviderId, Resolved } from "./types.ts";

/** Every provider but this archive itself, whose versions are there already. */
export type ForeignProvider = Exclude<ProviderId, "doi">;

const providers: Record<
  ForeignProvider,
  (spec: BinderSpec, signal: AbortSignal) => Promise<Resolved>
> = {
  gh: resolveGithub,
  gl: resolveGitlab,
  gist: resolveGist,
  git: resolveGit,
  zenodo: resolveZenodo,
  figshare: resolveFigshare,
  dataverse: resolveDataverse,
  hydroshare: resolveHydroshare,
};

/**
 * Asks a spec's provider what it means now: a commit, or a version of a record. Throws `source_not_found`,
 * `source_ref_unknown` (404), `source_forbidden` (422), `source_rate_limited`, `source_unreachable` (503, 422).
 */
export async function resolveSpec(
  spec: BinderSpec & { provider: ForeignProvider },
  signal: AbortSignal,
): Promise<Resolved> {
  return await providers[spec.provider](spec, signal);
}
