import { config } from "#lib/config.ts";
import type { ProviderId } from "./types.ts";

/** A provider as BinderHub's form and ours show it. */
export interface RepoProvider {
  displayName: string;
  id: ProviderId;
  /** What comes after `<id>/` in an address, as it stands there. */
  spec: { validateRegex: string };
  /** How the repository is found in what a person typed; `origin`: of addresses that are surely this provider's. */
  detect?: { regex: string; origin: string };
  repo: { label: string; placeholder: string; urlEncode: boolean };
  ref: { enabled: boolean; default?: string };
}

const doiRegex = "10\\.\\d+\\/.+";

/** Every provider, in the order in which a form shows them. */
export function repoProviders(): RepoProvider[] {
  const { gitlab, zenodo, hydroshare, doiResolver } = config().binder;
  return [
    {
      displayName: "GitHub",
      id: "gh",
      spec: { validateRegex: "[^\\/]+\\/[^\\/]+\\/.+" },
      detect: detected("https://github.com", "[^/]+/[^/]+?(?:\\.git)?", true),
      repo: {
        label: "GitHub repository name or URL",
        placeholder: "owner/repository or https://github.com/owner/repository",
        urlEncode: false,
      },
      ref: { enabled: true, default: "HEAD" },
    },
    {
      displayName: "Git repository",
      id: "git",
      spec: { validateRegex: "[^\\/]+\\/.+" },
      repo: {
        label: "URL of a git repository",
        placeholder: "https://example.org/repository.git",
        urlEncode: true,
      },
      ref: { enabled: true, default: "HEAD" },
    },
    {
      displayName: "GitLab",
      id: "gl",
      spec: { validateRegex: "[^\\/]+\\/.+" },
      detect: detected(gitlab, "[^/]+/.+?(?:\\.git)?", true),
      repo: {
        label: "GitLab project name or URL",
        placeholder: `group/project or ${gitlab}/group/project`,
        urlEncode: true,
      },
      ref: { enabled: true, default: "HEAD" },
    },
    {
      displayName: "Gist",
      id: "gist",
      spec: { validateRegex: "[^\\/]+\\/[^\\/]+(\\/[^\\/]+)?" },
      detect: detected("https://gist.github.com", "[^/]+/[0-9a-fA-F]+", false),
      repo: {
        label: "Gist, or its URL",
        placeholder: "user/id or https://gist.github.com/user/id",
        urlEncode: false,
      },
      ref: { enabled: true, default: "HEAD" },
    },
    {
      displayName: "Paper of this archive",
      id: "doi",
      spec: { validateRegex: doiRegex },
      detect: detected(`${config().url}/doi`, `${escapeRegex(config().doiPrefix)}/.+`, false),
      repo: {
        label: "DOI of a paper of this archive",
        placeholder: `${config().doiPrefix}/abcd-1234`,
        urlEncode: false,
      },
      ref: { enabled: false },
    },
    ...records(zenodo, doiResolver),
    {
      displayName: "HydroShare",
      id: "hydroshare",
      spec: { validateRegex: "[0-9a-f]{32}" },
      detect: detected(`${hydroshare}/resource`, "[0-9a-f]{32}", false),
      repo: {
        label: "HydroShare resource or its URL",
        placeholder: `${hydroshare}/resource/…`,
        urlEncode: false,
      },
      ref: { enabled: false },
    },
  ];
}

function records(zenodo: string, doiResolver: string): RepoProvider[] {
  const record = (
    id: ProviderId,
    displayName: string,
    example: string,
    pattern: string,
  ): RepoProvider => ({
    displayName,
    id,
    spec: { validateRegex: doiRegex },
    detect: detected(doiResolver, pattern, false),
    repo: { label: `${displayName} DOI`, placeholder: example, urlEncode: false },
    ref: { enabled: false },
  });
  return [
    record(
      "zenodo",
      "Zenodo",
      `10.5281/zenodo.3242074, from ${zenodo}`,
      "10\\.\\d+\\/zenodo\\.\\d+",
    ),
    record(
      "figshare",
      "Figshare",
      "10.6084/m9.figshare.9782777.v1",
      "10\\.\\d+\\/\\S*figshare\\.\\S+",
    ),
    record(
      "dataverse",
      "Dataverse",
      "10.7910/DVN/TJCLKP",
      "10\\.\\d+\\/[A-Za-z0-9]+\\/[A-Za-z0-9/]+",
    ),
  ];
}

function detected(origin: string, repo: string, hasRef: boolean): RepoProvider["detect"] {
  const escaped = escapeRegex(origin).replace(/^https?/, "https?");
  // GitLab puts /-/ before tree.
  const ref = hasRef
    ? "(?:/(?:-/)?(?:tree|blob|commit)/(?<ref>[^/?#]+)(?:/(?<path>[^?#]+))?)?"
    : "";
  return { regex: `^(?:${escaped}/)?(?<repo>${repo})${ref}/?$`, origin };
}

function escapeRegex(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
