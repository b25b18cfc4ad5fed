import Dockerode from "dockerode";
import { ColophonError, messageOf } from "#lib/errors.ts";

let client: Dockerode | undefined;

/** This process's connection to the Docker engine at DOCKER_HOST or the default socket. */
export function docker(): Dockerode {
  client ??= new Dockerode();
  return client;
}

/** The HTTP status with which the engine refused something, if it did. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof Error && "statusCode" in error && typeof error.statusCode === "number"
    ? error.statusCode
    : undefined;
}

const awayCodes = [
  "ECONNREFUSED",
  "ENOENT",
  "ECONNRESET",
  "EACCES",
  "ETIMEDOUT",
  // An answer that broke off.
  "ERR_STREAM_PREMATURE_CLOSE",
];

/** An engine that does not answer becomes `engine_unavailable`; what it refuses stays what it is. */
export function asEngineError(error: unknown): unknown {
  if (statusOf(error) !== undefined || error instanceof ColophonError) return error;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (!awayCodes.includes(String(code))) return error;
  return new ColophonError("engine_unavailable", 503, "The engine that runs notebooks is down.", {
    hint: "Try again in a minute. Whoever runs this site sees the reason on /health.",
    details: { reason: messageOf(error) },
    cause: error,
  });
}
