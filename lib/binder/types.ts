import type { FetchedSource } from "#lib/archive/index.ts";

export const providerIds = [
  "gh",
  "gl",
  "gist",
  "git",
  "zenodo",
  "figshare",
  "dataverse",
  "hydroshare",
  "doi",
] as const;

/** The prefix of a Binder address: who gives the repository. */
export type ProviderId = (typeof providerIds)[number];

/** What a Binder address names, checked against the grammar of its provider. Nothing was asked of anybody yet. */
export interface BinderSpec {
  provider: ProviderId;
  /** As it stands in the address, percent signs and all. */
  spec: string;
  /** The repository as its provider names it: `owner/name`, an address, a DOI. */
  repository: string;
  /** Branch, tag or commit as it was asked for; null where the provider has none. */
  ref: string | null;
}

/** What a spec means now. */
export interface Resolved {
  /** A commit, or the version of a record. Together with provider and repository it names these very files for good. */
  resolved: string;
  /** Where the files come from. */
  source: FetchedSource;
  /** Until the files say a title. */
  title: string;
  /** For people: the repository, and the repository at what was resolved. */
  repoUrl: string;
  refUrl: string;
  /** The spec that will always mean the same. */
  persistentSpec: string;
  /** Something that a person should know about how it was resolved. */
  note?: string;
}

export type Phase =
  | "waiting"
  | "fetching"
  | "building"
  | "pushing"
  | "unknown"
  | "built"
  | "launching"
  | "ready"
  | "failed";

/** One event of a launch, as BinderHub's clients read it. Messages end with a line break. */
export interface BinderEvent {
  phase?: Phase;
  message: string;
  /** With `built`: digest of the image. */
  imageName?: string;
  /** With `failed`: the HTTP status that it would have had. */
  status_code?: number;
  /** With `failed`: what to do about it. */
  hint?: string;
  /** With `ready`. */
  url?: string;
  token?: string;
  image?: string;
  repo_url?: string;
  binder_ref_url?: string;
  binder_launch_host?: string;
  binder_request?: string;
  binder_persistent_request?: string;
  /** Of this archive's own, for its launch page. */
  session_id?: string;
  build_id?: string;
}
