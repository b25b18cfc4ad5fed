import { canonicalAddress, isWithin } from "./address.ts";

/**
 * Where a request came from: the last hop of `X-Forwarded-For` that is not one of our own proxies. Whatever
 * stands left of it was written by the client itself. Without a trusted peer the header counts for nothing.
 */
export function clientAddressOf(
  peer: string | undefined,
  forwardedFor: string | undefined,
  trusted: readonly string[],
): string {
  const isTrusted = (address: string) => trusted.some((network) => isWithin(address, network));
  let address = canonicalAddress(peer ?? "") ?? "unknown";
  const hops = (forwardedFor ?? "").split(",").reverse();
  for (const hop of hops) {
    if (!isTrusted(address)) return address;
    const stated = canonicalAddress(withoutPort(hop.trim()));
    // What a proxy of ours passed on as no address: the proxy is all that is known.
    if (stated === null) return address;
    address = stated;
  }
  return address;
}

// Some proxies add the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`.
function withoutPort(hop: string): string {
  return /^\[([^\]]*)\](?::\d+)?$/.exec(hop)?.[1] ?? /^([^:]*):\d+$/.exec(hop)?.[1] ?? hop;
}
