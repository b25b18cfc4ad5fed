/**
 * The one error that the domain throws for something a person can understand and act upon.
 * The portal maps it to application/problem+json (RFC 9457), the CLI to a sentence on stderr.
 */
export class ColophonError extends Error {
  /** Stable, machine-readable, snake_case. Part of the API. */
  readonly code: string;
  /** The HTTP status that this answers with. */
  readonly status: number;
  /** What to do next, as a sentence. */
  readonly hint: string | undefined;
  /** Further facts for programs: never a path of the host, a secret or a stack. */
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(
    code: string,
    status: number,
    message: string,
    extra: { hint?: string; details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, extra.cause === undefined ? undefined : { cause: extra.cause });
    this.name = "ColophonError";
    this.code = code;
    this.status = status;
    this.hint = extra.hint;
    this.details = extra.details;
  }
}

/** True for our own errors, whose message may be shown to anyone. */
export function isColophonError(error: unknown): error is ColophonError {
  return error instanceof ColophonError;
}

/** The same answer for what does not exist and for what the asker may not see. */
export function notFound(what: string): ColophonError {
  return new ColophonError("not_found", 404, `There is no such ${what}.`, {
    hint: "Check the address. If it belongs to somebody else, sign in or ask them to share it.",
  });
}

/** A request that no change of the asker's rights would make acceptable as it stands. */
export function badRequest(code: string, message: string, hint?: string): ColophonError {
  return new ColophonError(code, 400, message, hint === undefined ? {} : { hint });
}

/** The message of anything thrown, for logs. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether a file-system call failed because the thing is not there. */
export function isEnoent(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

/** A full disk as an error that says so; anything else stays what it is. */
export function asDiskFull(error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code !== "ENOSPC" && code !== "EDQUOT") return error;
  return new ColophonError("disk_full", 507, "This archive has no space left on its disk.", {
    hint: "Nothing of it was kept. Try again later; whoever runs this archive sees it on /health.",
    cause: error,
  });
}
