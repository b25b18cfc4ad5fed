import path from "node:path";
import { config } from "#lib/config.ts";
import { runDirectory } from "../installation.ts";

export const egressSocketName = "proxy.sock";

/** The folder with the proxy's socket, bound into sessions; undefined where sessions may reach nothing. */
export function egressDirectory(): string | undefined {
  return config().session.egress.length > 0 ? path.join(runDirectory(), "egress") : undefined;
}
