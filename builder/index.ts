/**
 * The environment builder: directory in → environment spec → Dockerfile → image out.
 * A library of its own: it knows nothing of the archive and reads no process environment.
 */

export type { BuilderErrorCode } from "./error.ts";
export { BuilderError } from "./error.ts";
export type * from "./types.ts";
