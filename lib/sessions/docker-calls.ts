import type { IncomingMessage } from "node:http";
import { addAbortSignal, Readable } from "node:stream";
import { finished } from "node:stream/promises";
import type Dockerode from "dockerode";
import { asEngineError, docker, statusOf } from "#lib/docker.ts";
import { messageOf } from "#lib/errors.ts";
import { ownLabels } from "./docker-container.ts";

export { asEngineError, statusOf };

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

/** Whether the engine failed by itself, as one does whose parts are not all there yet. A full disk stays as it is. */
export function isEngineTrouble(error: unknown): boolean {
  return (statusOf(error) ?? 0) >= 500 && !/no space left on device/i.test(messageOf(error));
}

/**
 * Resolves when a container has ended, or is none any more. Read as a stream: dockerode's own call never settles when the
 * engine is lost while it waits (its modem listens for the end of an answer, not for its breaking off).
 */
export async function containerEnds(ref: string, signal: AbortSignal): Promise<void> {
  const waiting = new Promise<IncomingMessage>((resolve, reject) => {
    docker().modem.dial(
      {
        path: `/containers/${ref}/wait?`,
        method: "POST",
        isStream: true,
        abortSignal: signal,
        statusCodes: { 200: true, 404: "no such container", 500: "server error" },
      },
      (error, answer) => (error ? reject(error) : resolve(answer as IncomingMessage)),
    );
  });
  const answer = await unlessGone(waiting);
  if (!answer) return;
  addAbortSignal(signal, answer).resume();
  try {
    await finished(answer);
  } catch (error) {
    throw asEngineError(error);
  }
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
