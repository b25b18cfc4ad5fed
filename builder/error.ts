/** What the builder throws for anything a person can act on: a stable code, a sentence, and what to do. */
export class BuilderError extends Error {
  readonly code: BuilderErrorCode;
  readonly hint: string;
  readonly file: string | undefined;
  readonly line: number | undefined;
  /** The last lines of the build log, for `build_failed`. */
  readonly log: string | undefined;

  constructor(
    code: BuilderErrorCode,
    message: string,
    hint: string,
    place: { file?: string; line?: number; log?: string; cause?: unknown } = {},
  ) {
    super(message, place.cause === undefined ? undefined : { cause: place.cause });
    this.name = "BuilderError";
    this.code = code;
    this.hint = hint;
    this.file = place.file;
    this.line = place.line;
    this.log = place.log;
  }
}

export type BuilderErrorCode =
  | "ambiguous_environment"
  | "unsupported_environment"
  | "invalid_environment_file"
  | "environment_too_large"
  | "base_unavailable"
  | "base_not_allowed"
  | "build_failed"
  | "build_timeout"
  | "build_cancelled"
  | "engine_unavailable";
