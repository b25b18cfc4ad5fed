import { config } from "#lib/config.ts";
import { docker } from "#lib/docker.ts";
import { asEngineError, statusOf } from "./docker-calls.ts";
import { ownLabels } from "./docker-container.ts";
import { installation } from "./installation.ts";

/** The host at which ports of containers are reached: loopback, or the machine that the engine is on. */
export function engineHost(): string {
  const { dockerHost } = config();
  return dockerHost && /^(tcp|https?|ssh):/.test(dockerHost)
    ? new URL(dockerHost).hostname
    : "127.0.0.1";
}

/**
 * The network for servers that no socket can reach: nothing that leaves it is translated, and its
 * members do not see each other. Weaker than no network: the engine's host itself can be reached.
 */
export async function ensureNetwork(): Promise<{ name: string; publishOn: string }> {
  const name = `colophon-${installation()}`;
  const host = engineHost();
  const network = { name, publishOn: host === "127.0.0.1" ? host : "0.0.0.0" };
  try {
    await docker().getNetwork(name).inspect();
    return network;
  } catch (error) {
    if (statusOf(error) !== 404) throw asEngineError(error);
  }
  try {
    await docker().createNetwork({
      Name: name,
      CheckDuplicate: true,
      Driver: "bridge",
      Labels: ownLabels("network"),
      Options: {
        "com.docker.network.bridge.enable_ip_masquerade": "false",
        "com.docker.network.bridge.enable_icc": "false",
      },
    });
  } catch (error) {
    if (statusOf(error) !== 409) throw asEngineError(error);
  }
  return network;
}

/** Removes the network when nothing is on it. */
export async function removeNetwork(): Promise<void> {
  try {
    await docker().getNetwork(`colophon-${installation()}`).remove();
  } catch (error) {
    const status = statusOf(error);
    if (status !== 404 && status !== 403) throw asEngineError(error);
  }
}
