import { config } from "#lib/config.ts";
import { engine } from "./engine.ts";
import { explain, StartFailure } from "./explain.ts";
import { upstreamToken } from "./identifiers.ts";
import { makeSocketDirectory } from "./installation.ts";
import { becomesReady } from "./readiness.ts";
import { rootDirectory } from "./root-directory.ts";
import type { ServerIdentity } from "./server-calls.ts";
import type { RunningServer, WorkspaceMount } from "./types.ts";

interface Wanted {
  /** Digest of the image. */
  image: string;
  workspace: WorkspaceMount;
  env?: Record<string, string>;
  /** Nobody waits for it: whoever does goes first. */
  inBackground?: boolean;
}

/** Asks the engine for a session's or a slot's server. It does not answer yet. */
export async function startServer(
  { id, token }: ServerIdentity,
  { image, workspace, env, inBackground }: Wanted,
): Promise<RunningServer> {
  const { session: limits, url } = config();
  const can = await engine().capabilities();
  return await engine().start({
    sessionId: id,
    image,
    rootDirectory,
    env: {
      ...env,
      COLOPHON_BASE_URL: `/s/${id}/`,
      COLOPHON_ROOT: rootDirectory,
      COLOPHON_PORTAL_ORIGIN: new URL(url).origin,
      // The kernel that most will ask for comes up at the same time as the server.
      COLOPHON_KERNEL: "default",
      JUPYTER_TOKEN: upstreamToken(token),
    },
    workspace,
    socketDirectory: can.hostMounts ? await makeSocketDirectory(id) : undefined,
    limits: { memoryBytes: limits.memory, cpus: limits.cpus, pids: limits.pids },
    ...(inBackground ? { inBackground } : {}),
  });
}

/** Resolves when the server answers. Throws StartFailure, with the reason, when it ends or does not in time. */
export async function serverAnswers(
  server: ServerIdentity,
  { ref, address }: RunningServer,
  signal: AbortSignal,
  further: (signal: AbortSignal) => Promise<void> = async () => undefined,
): Promise<void> {
  const stop = new AbortController();
  const timeout = AbortSignal.timeout(config().session.startSeconds * 1000);
  const any = AbortSignal.any([signal, stop.signal, timeout]);
  const exited = engine()
    .exited(ref, any)
    .then(() => "exited" as const);
  const ready = becomesReady(server, address, any)
    .then(() => further(any))
    .then(() => "ready" as const);
  try {
    if ((await Promise.race([ready, exited])) === "exited") {
      throw new StartFailure(await explain(ref, server.token, "exited"));
    }
  } catch (error) {
    if (timeout.aborted && !signal.aborted) {
      throw new StartFailure(await explain(ref, server.token, "timeout"));
    }
    throw error;
  } finally {
    stop.abort();
    await Promise.allSettled([exited, ready]);
  }
}
