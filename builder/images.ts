import type Dockerode from "dockerode";

/** An image's id, or undefined where the engine has no such image. */
export async function imageId(docker: Dockerode, name: string): Promise<string | undefined> {
  try {
    return (await docker.getImage(name).inspect()).Id;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

export function isNotFound(error: unknown): boolean {
  return error instanceof Error && "statusCode" in error && error.statusCode === 404;
}

const ANSWER_MS = 5_000;
const REMEMBER_MS = 10 * 60_000;

/** When each registry was last found not to answer: asking again for every build would cost seconds each. */
const silent = new Map<string, number>();

/**
 * Pulls an image. False where the registry does not answer within five seconds (remembered for ten minutes) or has no such
 * image. Throws only when the signal is aborted.
 */
export async function pullImage(
  docker: Dockerode,
  name: string,
  signal: AbortSignal | undefined,
  now: () => number = Date.now,
): Promise<boolean> {
  const registry = registryOf(name);
  const since = silent.get(registry);
  if (since !== undefined && now() - since < REMEMBER_MS) return false;
  const impatience = new AbortController();
  const timer = setTimeout(() => impatience.abort(), ANSWER_MS);
  const either =
    signal === undefined ? impatience.signal : AbortSignal.any([signal, impatience.signal]);
  const reference = /[:@][^/]*$/.test(name) ? name : `${name}:latest`;
  try {
    const stream = await docker.pull(reference, { abortSignal: either });
    let failed = false;
    for await (const chunk of stream) {
      clearTimeout(timer);
      if (/"error"\s*:/.test(String(chunk))) failed = true;
    }
    return !failed;
  } catch (error) {
    signal?.throwIfAborted();
    if (!isNotFound(error)) silent.set(registry, now());
    return false;
  } finally {
    clearTimeout(timer);
  }
}

function registryOf(name: string): string {
  const first = name.split("/")[0] ?? "";
  return name.includes("/") && /[.:]|^localhost$/.test(first) ? first : "default";
}
