/**
 * The environment builder: directory in → environment spec → Dockerfile → image out.
 * A library of its own: it knows nothing of the archive and reads no process environment.
 */
export { baseTag, ensureBase } from "./bases.ts";
export { buildEnvironment, environmentTag } from "./build.ts";
export { BUILD_USAGE, runBuildCommand } from "./command.ts";
export { BuilderError, type BuilderErrorCode } from "./error.ts";
export { type Explanation, explainFailure } from "./explain.ts";
export { ensureServerLayer } from "./layers.ts";
export { readEnvironment } from "./read.ts";
export { RECIPE_VERSION } from "./server-recipe.ts";
export type * from "./types.ts";
