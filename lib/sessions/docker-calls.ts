import { Readable } from "node:stream";
import type Dockerode from "dockerode";
import { docker } from "#lib/docker.ts";
import { ColophonError, messageOf } from "#lib/errors.ts";
import { ownLabels } from "./docker-container.ts";

/** The HTTP status with which the engine refused something, if it did. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof Error && "statusCode" in error && typeof error.statusCode === "number"
    ? error.statusCode
    : undefined;
}

/** Gives undefined where the engine says that there is no such thing, or that it is so already. */
export async function unlessGone<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    const status = statusOf(error);
    // 409: its removal is already under way.
    if (status === 404 || status === 304 || status === 409) return undefined;
    throw asEngineError(error);
  }
}

/** An engine that does not answer becomes `engine_unavailable`; what it refuses stays what it is. */
export function asEngineError(error: unknown): unknown {
  if (statusOf(error) !== undefined || error instanceof ColophonError) return error;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (!["ECONNREFUSED", "ENOENT", "ECONNRESET", "EACCES", "ETIMEDOUT"].includes(String(code))) {
    return error;
  }
  return new ColophonError("engine_unavailable", 503, "The engine that runs notebooks is down.", {
    hint: "Try again in a minute. Whoever runs this site sees the reason on /health.",
    details: { reason: messageOf(error) },
    cause: error,
  });
}

const helperImage = "colophon/empty:1";

/** An image with nothing in it: for containers that are created to look at their mounts, and never run. */
export async function emptyImage(): Promise<string> {
  const engine = docker();
  try {
    await engine.getImage(helperImage).inspect();
  } catch (error) {
    if (statusOf(error) !== 404) throw asEngineError(error);
    // Two blocks of zeros are a tar without entries.
    const progress = await engine.importImage(Readable.from([Buffer.alloc(1024)]), {
      repo: "colophon/empty",
      tag: "1",
      changes: ["LABEL colophon=helper"],
    });
    await new Promise<void>((resolve, reject) => {
      engine.modem.followProgress(progress, (failure: Error | null) =>
        failure ? reject(failure) : resolve(),
      );
    });
  }
  return helperImage;
}

/** Creates a container that is never started and lets `look` read its mounts. */
export async function withUnstarted<T>(
  mounts: Dockerode.MountSettings[],
  look: (container: Dockerode.Container) => Promise<T>,
): Promise<T> {
  const container = await docker().createContainer({
    Image: await emptyImage(),
    Cmd: ["/nothing"],
    Labels: ownLabels("helper"),
    HostConfig: { NetworkMode: "none", Mounts: mounts },
  });
  try {
    return await look(container);
  } finally {
    await unlessGone(container.remove({ force: true, v: true }));
  }
}
