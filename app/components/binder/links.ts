import type { RepoProvider } from "#lib/binder/index.ts";

/** What the form holds. */
export interface Chosen {
  provider: string;
  repository: string;
  ref: string;
  path: string;
  /** A file of the repository, or a path of the server's. */
  pathKind: "file" | "url";
}

/** A repository found in what somebody pasted. */
export interface Detected {
  provider: string;
  repository: string;
  ref: string;
  path: string;
}

function matched(provider: RepoProvider, text: string): Omit<Detected, "provider"> | null {
  const groups = provider.detect && new RegExp(provider.detect.regex, "i").exec(text)?.groups;
  if (!groups?.repo) return null;
  return {
    repository: groups.repo.replace(/\.git$/, ""),
    ref: groups.ref ?? "",
    path: groups.path ? decoded(groups.path) : "",
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}

/**
 * The provider and repository that a pasted address surely means; null where it may be anything, for example a bare
 * `owner/name`, which is whatever provider is chosen.
 */
export function detectRepository(text: string, providers: RepoProvider[]): Detected | null {
  const trimmed = text.trim().replace(/[?#].*$/, "");
  const isAddress =
    /^(?:https?|git|ssh):\/\//i.test(trimmed) || /^[a-z_][\w-]*@[\w.-]+:/i.test(trimmed);
  const bareDoi = /^(?:doi:)?10\.\d{4,9}\//i.test(trimmed);
  if (!isAddress && !bareDoi) return null;
  const candidate = trimmed
    .replace(/^doi:/i, "")
    .replace(/^(https?:\/\/)www\./i, "$1")
    .replace(/^https?:\/\/dx\.doi\.org/i, "https://doi.org");
  for (const provider of providers) {
    const isItsAddress = provider.detect && sameOrigin(candidate, provider.detect.origin);
    const isDoi = bareDoi && !provider.ref.enabled;
    const found = isItsAddress || isDoi ? matched(provider, candidate) : null;
    if (found) return { provider: provider.id, ...found };
  }
  const hasGit = isAddress && providers.some(({ id }) => id === "git");
  return hasGit ? { provider: "git", repository: trimmed, ref: "", path: "" } : null;
}

function sameOrigin(address: string, origin: string): boolean {
  const bare = (text: string) => text.replace(/^https?:\/\/(?:www\.)?/i, "").toLowerCase();
  return `${bare(address)}/`.startsWith(`${bare(origin)}/`);
}

/** The repository as the chosen provider names it, also where its address was typed. */
export function repositoryName(text: string, provider: RepoProvider): string {
  const trimmed = text.trim();
  return matched(provider, trimmed)?.repository ?? trimmed.replace(/^\/+|\/+$/g, "");
}

/** `<provider>/<spec>` of what was chosen; null while it is incomplete or not what the provider takes. */
export function specOf(chosen: Chosen, providers: RepoProvider[]): string | null {
  const provider = providers.find(({ id }) => id === chosen.provider);
  if (!provider || !chosen.repository.trim()) return null;
  const repository = repositoryName(chosen.repository, provider);
  const encoded = provider.repo.urlEncode
    ? encodeURIComponent(repository)
    : repository.split("/").map(encodeDoiPart).join("/");
  const ref = chosen.ref.trim() || provider.ref.default;
  const tail =
    provider.ref.enabled && ref ? `/${ref.split("/").map(encodeURIComponent).join("/")}` : "";
  const spec = `${encoded}${tail}`;
  if (!new RegExp(`^(?:${provider.spec.validateRegex})$`).test(spec)) return null;
  return `${provider.id}/${spec}`;
}

// As a path has it: DOIs keep their punctuation.
function encodeDoiPart(part: string): string {
  return encodeURIComponent(part).replace(/%(?:3A|3B|24|3D|40)/gi, decodeURIComponent);
}

/** The address of the launch page; null as long as `specOf` gives none. */
export function launchLink(
  origin: string,
  chosen: Chosen,
  providers: RepoProvider[],
): string | null {
  const spec = specOf(chosen, providers);
  if (!spec) return null;
  const path = chosen.path.trim().replace(/^\/+/, "");
  const name = chosen.pathKind === "file" ? "labpath" : "urlpath";
  return `${origin}/v2/${spec}${path ? `?${new URLSearchParams({ [name]: path })}` : ""}`;
}

/** A badge that leads to `link`, in the three notations that people need. */
export function badgeSnippets(origin: string, link: string): { id: string; text: string }[] {
  const image = `${origin}/badge_logo.svg`;
  return [
    { id: "Markdown", text: `[![Launch](${image})](${link})` },
    { id: "reStructuredText", text: `.. image:: ${image}\n   :target: ${link}\n   :alt: Launch` },
    {
      id: "HTML",
      text: `<a href="${link.replaceAll("&", "&amp;")}"><img src="${image}" alt="Launch"></a>`,
    },
  ];
}
