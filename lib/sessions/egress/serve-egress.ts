import { chmod, mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { config } from "#lib/config.ts";
import { logger } from "#lib/log.ts";
import { egressDirectory, egressSocketName } from "./egress-directory.ts";
import { createProxy } from "./proxy.ts";

/**
 * Serves the proxy through which sessions reach the hosts of COLOPHON_SESSION_EGRESS; nothing where that is empty.
 * Gives a function that closes it. It runs in the worker: the gateway stays what faces people.
 */
export async function serveEgress(): Promise<() => Promise<void>> {
  const directory = egressDirectory();
  if (!directory) return async () => undefined;
  await mkdir(directory, { recursive: true });
  // Sessions bind the folder and not the socket, which is another one after each start of the worker.
  await chmod(directory, 0o755);
  const file = path.join(directory, egressSocketName);
  await rm(file, { force: true });
  const proxy = createProxy({ list: config().session.egress });
  await new Promise<void>((resolve, reject) => {
    proxy.once("error", reject);
    proxy.listen(file, resolve);
  });
  await chmod(file, 0o666);
  logger("egress").info({ hosts: config().session.egress }, "sessions reach these hosts");
  return async () => {
    proxy.closeAllConnections();
    await new Promise<void>((resolve) => proxy.close(() => resolve()));
    await rm(file, { force: true });
  };
}
