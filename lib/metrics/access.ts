import type { Viewer } from "#lib/accounts/index.ts";
import { notFound } from "#lib/errors.ts";
import { isLoopback } from "#lib/limits/index.ts";

/**
 * Who asks for metrics. `peer`: the address that the connection came from, empty where a
 * proxy passed it on: then the peer says nothing of who asks.
 */
interface Asker {
  peer: string;
  viewer: Viewer;
}

/** Whether headers, read by `header`, tell that a proxy passed the request on. */
export function isForwarded(header: (name: string) => unknown): boolean {
  return ["x-forwarded-for", "x-forwarded-host", "forwarded", "x-real-ip", "via"].some(header);
}

/** Throws `not_found` for whoever is neither on this machine nor an administrator. */
export function assertMayReadMetrics({ peer, viewer }: Asker): void {
  if (viewer.role === "administrator") return;
  if (isLoopback(peer)) return;
  throw notFound("address");
}
