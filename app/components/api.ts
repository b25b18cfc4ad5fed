/** What the portal answered instead of the thing that was asked for, as RFC 9457 describes it. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly hint: string | undefined;
  /** Wrong fields, where the answer names them. */
  readonly issues: { field: string; message: string }[];

  constructor(
    status: number,
    code: string,
    message: string,
    hint?: string,
    issues: { field: string; message: string }[] = [],
  ) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.hint = hint;
    this.issues = issues;
  }
}

function text(body: unknown, key: string): string | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  const value: unknown = Reflect.get(body, key);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The error in an answer's body, whoever wrote it: our routes or the login library. */
export function errorFrom(status: number, body: string): ApiError {
  let parsed: unknown = null;
  try {
    parsed = JSON.parse(body);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const message = text(parsed, "detail") ?? text(parsed, "message") ?? text(parsed, "title");
  return new ApiError(
    status,
    text(parsed, "code") ?? "unknown",
    message ?? `The portal answered ${status}.`,
    text(parsed, "hint"),
    issuesOf(parsed),
  );
}

function issuesOf(body: unknown): { field: string; message: string }[] {
  if (typeof body !== "object" || body === null || !("issues" in body)) return [];
  if (!Array.isArray(body.issues)) return [];
  return body.issues.flatMap((issue: unknown) => {
    const field = text(issue, "field");
    const message = text(issue, "message");
    return field && message ? [{ field, message }] : [];
  });
}

/**
 * Asks the portal's API. Gives the JSON of its answer (undefined for an empty one); throws ApiError for a refusal
 * and for a portal that does not answer.
 */
export async function send<T>(
  method: string,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<T> {
  const raw = body instanceof Blob;
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
      headers: {
        Accept: "application/json",
        ...(body === undefined || raw ? {} : { "Content-Type": "application/json" }),
      },
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ApiError(
      0,
      "unreachable",
      "The portal does not answer.",
      "Check the connection and try again.",
    );
  }
  const answer = await response.text();
  if (!response.ok) throw errorFrom(response.status, answer);
  return (answer ? JSON.parse(answer) : undefined) as T;
}
