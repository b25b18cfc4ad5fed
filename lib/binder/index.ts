/** The Binder API: launching repositories of elsewhere by the address that BinderHub's clients use. */

export { checkBuildToken, makeBuildToken } from "./build-token.ts";
export { collectSources } from "./collect.ts";
export { type BinderLaunch, launch } from "./launch.ts";
export { type RepoProvider, repoProviders } from "./repo-providers.ts";
export { resolveSpec } from "./resolve.ts";
export { sourceVersion } from "./source.ts";
export { parseSpec } from "./spec.ts";
export type * from "./types.ts";
export { versions } from "./versions.ts";
